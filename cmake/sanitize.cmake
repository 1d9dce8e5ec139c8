# Compiles and links everything below with the sanitizers that JOBLEDGER_SANITIZE names.
if(JOBLEDGER_SANITIZE STREQUAL "address")
  set(sanitizers address,undefined)
  add_compile_options(-fno-sanitize-recover=undefined -Wno-maybe-uninitialized)
elseif(JOBLEDGER_SANITIZE STREQUAL "thread")
  set(sanitizers thread)
  add_compile_options(-Wno-tsan)  # of the fences in Asio, which the sanitizer knows nothing of
else()
  message(FATAL_ERROR "JOBLEDGER_SANITIZE is address, thread or empty, not ${JOBLEDGER_SANITIZE}")
endif()

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer
                    -Wno-error=mismatched-new-delete)
add_link_options(-fsanitize=${sanitizers})
