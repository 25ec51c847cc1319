# Shared by the runners: spec JSON files, tallies.
include(${CMAKE_SOURCE_DIR}/tests/corpus.cmake)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
file(GLOB COMMON CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/runners/common/*.c)
add_library(runner-common STATIC ${COMMON})
target_include_directories(runner-common PUBLIC ${CMAKE_SOURCE_DIR}/tests/runners)
target_link_libraries(runner-common PUBLIC heddle-lib PkgConfig::JANSSON)

# build/NAME-run from tests/runners/NAME/*.c
function(add_runner name)
	file(GLOB src CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/runners/${name}/*.c)
	add_executable(${name}-run ${src})
	target_link_libraries(${name}-run PRIVATE runner-common ${ARGN})
	set_target_properties(${name}-run PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
