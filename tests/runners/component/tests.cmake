# build/component-run: components of a folder, decoded, validated, resolved.
add_runner(component PkgConfig::JANSSON)
foreach(dir cm-async p3)
	add_test(NAME component.${dir} COMMAND component-run ${HEDDLE_CORPUS}/${dir})
	set_tests_properties(component.${dir} PROPERTIES LABELS component SKIP_RETURN_CODE 77)
endforeach()
