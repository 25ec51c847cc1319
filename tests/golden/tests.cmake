# One entry per file: golden.FOLDER.NAME.
file(GLOB GOLDEN CONFIGURE_DEPENDS golden/t32/*.wat golden/cli/*.wat)
foreach(f ${GOLDEN})
	get_filename_component(name ${f} NAME_WE)
	get_filename_component(dir ${f} DIRECTORY)
	get_filename_component(folder ${dir} NAME)
	add_test(NAME golden.${folder}.${name}
		COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/golden/run.sh $<TARGET_FILE:heddle> ${f})
	set_tests_properties(golden.${folder}.${name} PROPERTIES LABELS golden SKIP_RETURN_CODE 77)
endforeach()
