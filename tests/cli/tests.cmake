# cli.NAME: each script gets the program and the build tree.
file(GLOB CLI CONFIGURE_DEPENDS cli/*_test.sh)
foreach(f ${CLI})
	get_filename_component(name ${f} NAME_WE)
	string(REPLACE "_test" "" short ${name})
	add_test(NAME cli.${short} COMMAND sh ${f})
	set_tests_properties(cli.${short} PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
		ENVIRONMENT "HEDDLE=$<TARGET_FILE:heddle>;ROOT=${CMAKE_SOURCE_DIR};BUILD=${CMAKE_BINARY_DIR}")
endforeach()
