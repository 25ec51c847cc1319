add_test(NAME prove.reject COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/prove/reject.sh $<TARGET_FILE:heddle>
         ${CMAKE_CURRENT_SOURCE_DIR}/prove/pairs.txt)
set_tests_properties(prove.reject PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
# rules: every rewrite rule by Z3, and its twins; quick leaves rules of 64 cases
# at width 64 to make check-long
add_executable(rules_test ${CMAKE_CURRENT_LIST_DIR}/rules_test.c)
target_link_libraries(rules_test PRIVATE heddle-lib)
target_include_directories(rules_test PRIVATE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/../unit)
add_test(NAME prove.rules COMMAND rules_test quick)
add_test(NAME prove.rules.long COMMAND rules_test)
set_tests_properties(prove.rules prove.rules.long PROPERTIES LABELS prove)
set_tests_properties(prove.rules.long PROPERTIES LABELS "prove;long" TIMEOUT 6000)
