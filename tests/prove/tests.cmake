add_test(NAME prove.reject COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/prove/reject.sh $<TARGET_FILE:heddle>
         ${CMAKE_CURRENT_SOURCE_DIR}/prove/pairs.txt)
set_tests_properties(prove.reject PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
