# The runtime for the host (tests, sanitizers, fuzzing).  The cross builds
# for each target are made by cmake/cross.cmake.  Both take their files from
# runtime/runtime.mk.
function(hd_sources out)
	set(list)
	foreach(name ${ARGN})
		file(STRINGS ${CMAKE_SOURCE_DIR}/runtime/runtime.mk lines REGEX "^${name} \\+= ")
		foreach(line ${lines})
			string(REGEX REPLACE "^[A-Z_]+ \\+= " "runtime/" path "${line}")
			list(APPEND list ${path})
		endforeach()
	endforeach()
	set(${out} ${list} PARENT_SCOPE)
endfunction()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS runtime/runtime.mk)

hd_sources(HD_RT_HOST HD_CORE HD_EXEC HD_COMPONENT HD_HOST HD_FLOAT HD_PORT_POSIX HD_CONFIG)
add_library(heddle-rt-host STATIC ${HD_RT_HOST})
target_include_directories(heddle-rt-host PUBLIC include runtime)
target_link_libraries(heddle-rt-host PUBLIC heddle-flags m)
include(cmake/cross.cmake OPTIONAL)
