# values: what t32.def says instructions do against what QEMU's cores do
add_executable(t32_values ${CMAKE_CURRENT_LIST_DIR}/values.c ${CMAKE_CURRENT_LIST_DIR}/machine.c ${CMAKE_CURRENT_LIST_DIR}/prover.c)
target_link_libraries(t32_values PRIVATE heddle-lib)
target_include_directories(t32_values PRIVATE ${CMAKE_CURRENT_LIST_DIR})
add_test(NAME t32.values COMMAND t32_values ${CMAKE_CURRENT_LIST_DIR}/driver.S)
set_tests_properties(t32.values PROPERTIES LABELS qemu SKIP_RETURN_CODE 77)
