# Test firmware: one object per program and target in build/rt/<target>/,
# linked by the runners (common/firmware.c).
if(NOT HD_TARGETS)
	return()
endif()
set(FIRMWARE)
file(GLOB FIRMWARE_SRC CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/runners/firmware/*.c)
file(GLOB FIRMWARE_HDR CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/runners/firmware/*.h)
foreach(target ${HD_TARGETS})
	foreach(src ${FIRMWARE_SRC} ${CMAKE_SOURCE_DIR}/runtime/config.c)
		get_filename_component(name ${src} NAME_WE)
		set(defs)
		if(name STREQUAL config)
			set(name test_config)
			set(defs -DHD_CHANNELS=64 -DHD_HANDLES=160 -DHD_RING=64)
		endif()
		set(obj ${CMAKE_BINARY_DIR}/rt/${target}/${name}.o)
		add_custom_command(OUTPUT ${obj}
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} ${defs} -I${CMAKE_SOURCE_DIR}/include
				-I${CMAKE_SOURCE_DIR}/runtime -c ${src} -o ${obj}
			DEPENDS ${src} ${HD_HEADERS} ${FIRMWARE_HDR} COMMENT "")
		list(APPEND FIRMWARE ${obj})
	endforeach()
endforeach()
file(COPY ${CMAKE_SOURCE_DIR}/tests/runners/firmware/ld/ DESTINATION ${CMAKE_BINARY_DIR}/rt/test-board)
add_custom_target(test-firmware ALL DEPENDS ${FIRMWARE})
