# values: what t32.def says instructions do against what QEMU's cores do
add_executable(t32_values ${CMAKE_CURRENT_LIST_DIR}/values.c ${CMAKE_CURRENT_LIST_DIR}/machine.c ${CMAKE_CURRENT_LIST_DIR}/prover.c)
target_link_libraries(t32_values PRIVATE heddle-lib)
target_include_directories(t32_values PRIVATE ${CMAKE_CURRENT_LIST_DIR})
add_test(NAME t32.values COMMAND t32_values ${CMAKE_CURRENT_LIST_DIR}/driver.S)
set_tests_properties(t32.values PROPERTIES LABELS qemu SKIP_RETURN_CODE 77)

# packed: rows of packed.def against the instructions and the ordinary rows that stand for them
add_executable(t32_packed ${CMAKE_CURRENT_LIST_DIR}/packed.c ${CMAKE_CURRENT_LIST_DIR}/machine.c)
target_link_libraries(t32_packed PRIVATE heddle-lib)
target_include_directories(t32_packed PRIVATE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/../unit)
add_test(NAME unit.packed COMMAND t32_packed)
set_tests_properties(unit.packed PROPERTIES LABELS unit)
# words: the decoder on random halfword pairs against the assembler and objdump
add_executable(t32_words ${CMAKE_CURRENT_LIST_DIR}/words.c)
target_link_libraries(t32_words PRIVATE heddle-lib)
add_test(NAME t32.words COMMAND t32_words 100000)
add_test(NAME t32.words.long COMMAND t32_words 1500000)
set_tests_properties(t32.words t32.words.long PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
set_tests_properties(t32.words.long PROPERTIES LABELS "unit;long" TIMEOUT 3000)
