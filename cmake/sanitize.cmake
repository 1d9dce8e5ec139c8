# Compiles and links everything below with the sanitizers that JOBLEDGER_SANITIZE names, or those of
# the fuzzers.
if(JOBLEDGER_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR JOBLEDGER_SANITIZE)
    message(FATAL_ERROR "JOBLEDGER_FUZZ goes with Clang and without JOBLEDGER_SANITIZE: scripts/fuzz")
  endif()
  set(sanitizers address,undefined)
  # Of undefined behaviour not what AddressSanitizer sees as well: a check at each pointer makes the
  # fuzzers slower, and their build.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined)
  set(seen_by_address -fno-sanitize=null,object-size,vptr)
elseif(JOBLEDGER_SANITIZE STREQUAL "address")
  set(sanitizers address,undefined)
  add_compile_options(-fno-sanitize-recover=undefined -Wno-maybe-uninitialized)
elseif(JOBLEDGER_SANITIZE STREQUAL "thread")
  set(sanitizers thread)
  add_compile_options(-Wno-tsan)  # of the fences in Asio, which the sanitizer knows nothing of
else()
  message(FATAL_ERROR "JOBLEDGER_SANITIZE is address, thread or empty, not ${JOBLEDGER_SANITIZE}")
endif()

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
add_compile_options(-fsanitize=${sanitizers} ${seen_by_address} -fno-omit-frame-pointer
                    -Wno-error=mismatched-new-delete)
add_link_options(-fsanitize=${sanitizers})
