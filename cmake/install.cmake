# What is installed, and where: the program, its manual, what completes its words in a shell, and the
# dashboard and alerts. The program writes its manual and completions itself, so they are always of
# this version.
include(GNUInstallDirs)

set(written ${CMAKE_BINARY_DIR}/share)
set(manuals ${written}/man/man1)
set(bash_script ${written}/bash-completion/completions/jobledger)
set(zsh_script ${written}/zsh/site-functions/_jobledger)
add_custom_command(
  OUTPUT ${manuals}/jobledger.1 ${bash_script} ${zsh_script}
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manuals}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manuals} ${written}/bash-completion/completions
          ${written}/zsh/site-functions
  COMMAND jobledger man --into ${manuals}
  COMMAND jobledger completion bash > ${bash_script}
  COMMAND jobledger completion zsh > ${zsh_script}
  DEPENDS jobledger
  COMMENT "Writing the manual and the completions"
  VERBATIM)
add_custom_target(documents ALL DEPENDS ${manuals}/jobledger.1)

install(TARGETS jobledger RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${manuals}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${bash_script}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${zsh_script} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
# For those who watch it: docs/monitoring.md.
install(FILES packaging/grafana/jobledger.json DESTINATION ${CMAKE_INSTALL_DATADIR}/jobledger/grafana)
install(FILES packaging/prometheus/alerts.yml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/jobledger/prometheus)
