# What policy wants compressed, once cpack has put everything where it is packed.
file(GLOB_RECURSE files LIST_DIRECTORIES false
     ${CPACK_TEMPORARY_DIRECTORY}/*.1 ${CPACK_TEMPORARY_DIRECTORY}/changelog*)
if(NOT files)
  message(FATAL_ERROR "there is no manual in ${CPACK_TEMPORARY_DIRECTORY}")
endif()
execute_process(COMMAND gzip -9nf ${files} COMMAND_ERROR_IS_FATAL ANY)
