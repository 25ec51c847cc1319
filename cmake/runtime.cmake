# The runtime for the host (tests, sanitizers, fuzzing).  The cross builds
# for each target are made by cmake/cross.cmake.
file(GLOB HD_RT_HOST CONFIGURE_DEPENDS runtime/core/*.c runtime/exec/*.c runtime/host/*.c
     runtime/port/posix/*.c runtime/port/posix/*.S)
if(HD_RT_HOST)
	add_library(heddle-rt-host STATIC ${HD_RT_HOST})
	target_include_directories(heddle-rt-host PUBLIC include runtime)
	target_link_libraries(heddle-rt-host PUBLIC heddle-flags)
endif()
include(cmake/cross.cmake OPTIONAL)
