# Components made from C, in QEMU, against results computed without them.
set(P3_OWN ${CMAKE_SOURCE_DIR}/tests/p3)
foreach(target cortex-m4 cortex-m33)
	add_test(NAME qemu.own_components.${target}
	         COMMAND python3 ${P3_OWN}/run.py $<TARGET_FILE:heddle> ${target})
	add_test(NAME qemu.own_components.mpu.${target}
	         COMMAND python3 ${P3_OWN}/run.py $<TARGET_FILE:heddle> ${target} --mpu)
	add_test(NAME qemu.own_components.pointer.${target}
	         COMMAND python3 ${P3_OWN}/run.py $<TARGET_FILE:heddle> ${target} --instance=pointer)
	set_tests_properties(qemu.own_components.${target} qemu.own_components.pointer.${target} qemu.own_components.mpu.${target} PROPERTIES LABELS "component;qemu" SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()
# with the runtime that has no short ways
add_test(NAME qemu.own_components.small
         COMMAND python3 ${P3_OWN}/run.py $<TARGET_FILE:heddle> cortex-m4 -Oz)
set_tests_properties(qemu.own_components.small PROPERTIES LABELS "component;qemu" SKIP_RETURN_CODE 77 TIMEOUT 600)
add_test(NAME component.own_expected
         COMMAND sh -c "python3 ${P3_OWN}/model.py | diff - ${P3_OWN}/expected.json")
set_tests_properties(component.own_expected PROPERTIES LABELS component)
file(GLOB OWN_COMPONENTS CONFIGURE_DEPENDS ${P3_OWN}/*.wasm)
add_test(NAME component.own_proved
         COMMAND python3 ${P3_OWN}/proved.py $<TARGET_FILE:heddle> ${OWN_COMPONENTS})
set_tests_properties(component.own_proved PROPERTIES LABELS component TIMEOUT 600)
# Optimised: what is REJECTED is compiled again with less; the limit only goes down.  (The hostile build has other code.)
if(NOT HEDDLE_STRESS)
	foreach(what "O2;cortex-m4" "O2.more;cortex-m33")
		list(POP_FRONT what name target)
		add_test(NAME component.own_${name}
		         COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/prove/coverage.py --level 2 --target ${target}
		         --rejected 5 --least 129 --verbose $<TARGET_FILE:heddle> ${OWN_COMPONENTS} ${CMAKE_SOURCE_DIR}/examples)
		set_tests_properties(component.own_${name} PROPERTIES LABELS component TIMEOUT 600)
	endforeach()
	set_tests_properties(component.own_O2.more PROPERTIES LABELS "component;long")
endif()
