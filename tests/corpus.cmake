# The corpus: data that is not part of the tree.  $HEDDLE_CORPUS or
# ../shared/corpus beside the source; tests skip (77) where it is absent.
#
# Fixture core_spec unpacks the core test suite into
# ${CMAKE_BINARY_DIR}/corpus/core-spec once:
#	include(${CMAKE_SOURCE_DIR}/tests/corpus.cmake)
#	set_tests_properties(T PROPERTIES FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
include_guard(GLOBAL)

if(DEFINED ENV{HEDDLE_CORPUS})
	set(default_corpus $ENV{HEDDLE_CORPUS})
else()
	set(default_corpus ${CMAKE_SOURCE_DIR}/../shared/corpus)
endif()
set(HEDDLE_CORPUS ${default_corpus} CACHE PATH "folder of the corpus")
set(CORE_SPEC ${CMAKE_BINARY_DIR}/corpus/core-spec)

add_test(NAME corpus.core_spec
         COMMAND sh ${CMAKE_SOURCE_DIR}/tests/unpack.sh ${HEDDLE_CORPUS}/core-spec.tar.gz ${CMAKE_BINARY_DIR}/corpus)
set_tests_properties(corpus.core_spec PROPERTIES FIXTURES_SETUP core_spec SKIP_RETURN_CODE 77)
