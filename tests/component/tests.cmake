# Components: fuzzing from the corpus (its folders are one level deeper than
# the other fuzz targets look).
include(${CMAKE_SOURCE_DIR}/tests/corpus.cmake)
add_test(NAME fuzz.component_corpus
         COMMAND sh ${CMAKE_SOURCE_DIR}/tests/component/fuzz.sh $<TARGET_FILE:component_fuzz> ${HEDDLE_CORPUS})
set_tests_properties(fuzz.component_corpus PROPERTIES LABELS fuzz SKIP_RETURN_CODE 77 TIMEOUT 300
                     WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
