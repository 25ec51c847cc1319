add_test(NAME style.tree COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/style/check.py ${CMAKE_SOURCE_DIR})
set_tests_properties(style.tree PROPERTIES LABELS style)
