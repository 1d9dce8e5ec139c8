# The package for Debian: what is installed (cmake/install.cmake), the service, its user and its
# settings, and what policy asks of a package. `cpack` in the build folder makes it of what is built.
set(debian ${CMAKE_SOURCE_DIR}/packaging/debian)

# The settings that are installed, each with its default and all of them commented out.
set(sample_config ${written}/jobledger.toml)
add_custom_command(
  OUTPUT ${sample_config}
  COMMAND jobledger serve --sample-config > ${sample_config}
  DEPENDS jobledger
  COMMENT "Writing the sample settings"
  VERBATIM)
add_custom_target(settings ALL DEPENDS ${sample_config})

# Of no use without the paths of a package, so `cmake --install` leaves it out.
function(install_debian)
  install(${ARGN} COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()
install_debian(FILES ${sample_config} DESTINATION /etc/jobledger)
install_debian(FILES packaging/jobledger.service DESTINATION /lib/systemd/system)
install_debian(FILES packaging/jobledger.sysusers DESTINATION /usr/lib/sysusers.d
               RENAME jobledger.conf)
install_debian(FILES ${debian}/copyright ${debian}/README.Debian SECURITY.md
               DESTINATION /usr/share/doc/jobledger)
install_debian(FILES ${debian}/changelog DESTINATION /usr/share/doc/jobledger
               RENAME changelog.Debian)
install_debian(FILES ${debian}/lintian-overrides DESTINATION /usr/share/lintian/overrides
               RENAME jobledger)
install_debian(FILES CHANGELOG.md DESTINATION /usr/share/doc/jobledger RENAME changelog)
install_debian(DIRECTORY docs DESTINATION /usr/share/doc/jobledger)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME jobledger)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "Job Ledger")
set(CPACK_PACKAGE_CONTACT "Job Ledger maintainers <maintainers@jobledger.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/compress.cmake)
set(CPACK_COMPONENTS_ALL Unspecified debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)  # of the package, beside the version of the program
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Each of them has systemd-sysusers, which makes the user.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, curl")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "render jobs, and who cancelled what, when and why
Job Ledger is a daemon that keeps render jobs and their cancellation behind
the job, batch and cancel calls of the Nexrender Cloud API v2. Each command
becomes an immutable entry of a log before it is answered, so that it can be
asked, and proved, who cancelled a job, for what reason, and what went with it.
.
This package has the daemon with its service, its command line, and the tools
that verify, back up, restore and repair a ledger.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
