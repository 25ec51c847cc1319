# The runtime for each target: build/rt/<target>/libheddle-rt.a (core, exec,
# host, float, port), libheddle-rt-wall.a (in front of it for --mpu),
# libheddle-board.a (QEMU boards) and libheddle-config.a
# (default pool sizes), with build/rt/board/*.ld beside them.
if(HEDDLE_SANITIZE)
	return()	# these builds run on the host only
endif()
find_program(HD_CC arm-none-eabi-gcc)
find_program(HD_AR arm-none-eabi-ar)
if(NOT HD_CC OR NOT HD_AR)
	message(STATUS "arm-none-eabi-gcc not found: no cross build of the runtime")
	return()
endif()

set(HD_CPU_cortex-m3   -mcpu=cortex-m3 -mfloat-abi=soft)
set(HD_CPU_cortex-m4   -mcpu=cortex-m4 -mfloat-abi=soft)
set(HD_CPU_cortex-m4f  -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard)
set(HD_CPU_cortex-m7   -mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard)
set(HD_CPU_cortex-m7dp -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard)
set(HD_CPU_cortex-m33  -mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard)
set(HD_CPU_cortex-m55  -mcpu=cortex-m55+nomve -mfloat-abi=hard)
set(HD_TARGETS cortex-m3 cortex-m4 cortex-m4f cortex-m7 cortex-m7dp cortex-m33 cortex-m55)
set(HD_CFLAGS -mthumb -Os -g -std=c11 -ffreestanding -ffunction-sections -fdata-sections
    -Wall -Wextra -Wpedantic -Wconversion -Werror)

file(GLOB_RECURSE HD_HEADERS CONFIGURE_DEPENDS runtime/*.h runtime/*.inc include/heddle/*)

# One archive of one target from the files of some lists.
function(hd_archive target name out)
	hd_sources(sources ${ARGN})
	set(dir ${CMAKE_BINARY_DIR}/rt/${target})
	set(objects)
	foreach(src ${sources})
		string(REPLACE "runtime/" "" obj ${src})
		string(REPLACE "/" "_" obj ${obj})
		set(obj ${dir}/${obj}.o)
		list(APPEND objects ${obj})
		get_property(known GLOBAL PROPERTY HD_OBJECTS)
		if(obj IN_LIST known)
			continue()	# of two archives
		endif()
		set_property(GLOBAL APPEND PROPERTY HD_OBJECTS ${obj})
		add_custom_command(OUTPUT ${obj}
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -I${CMAKE_SOURCE_DIR}/include
				-I${CMAKE_SOURCE_DIR}/runtime -c ${CMAKE_SOURCE_DIR}/${src} -o ${obj}
			DEPENDS ${src} ${HD_HEADERS} COMMENT "")
	endforeach()
	set(lib ${dir}/lib${name}.a)
	add_custom_command(OUTPUT ${lib} COMMAND ${CMAKE_COMMAND} -E rm -f ${lib}
		COMMAND ${HD_AR} rcsD ${lib} ${objects} DEPENDS ${objects} COMMENT "Runtime for ${target}: lib${name}.a")
	set(${out} ${lib} PARENT_SCOPE)
endfunction()

# The files of which DEFINE (options) makes something else, made into something else:
# linked in front of the archive.  WORDS is what such files have in common.
function(hd_variant_archive target name define words out)
	hd_sources(sources ${ARGN})
	set(dir ${CMAKE_BINARY_DIR}/rt/${target})
	set(objects)
	foreach(src ${sources})
		file(STRINGS ${CMAKE_SOURCE_DIR}/${src} has REGEX "${words}" LIMIT_COUNT 1)
		if(NOT has)
			continue()
		endif()
		string(REPLACE "runtime/" "${name}/" obj ${src})
		string(REPLACE "/" "_" obj ${obj})
		set(obj ${dir}/${obj}.o)
		list(APPEND objects ${obj})
		add_custom_command(OUTPUT ${obj}
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} ${define} -I${CMAKE_SOURCE_DIR}/include
				-I${CMAKE_SOURCE_DIR}/runtime -c ${CMAKE_SOURCE_DIR}/${src} -o ${obj}
			DEPENDS ${src} ${HD_HEADERS} COMMENT "")
	endforeach()
	set(lib ${dir}/libheddle-rt-${name}.a)
	add_custom_command(OUTPUT ${lib} COMMAND ${CMAKE_COMMAND} -E rm -f ${lib}
		COMMAND ${HD_AR} rcsD ${lib} ${objects} DEPENDS ${objects} COMMENT "Runtime for ${target}: ${name}")
	set(${out} ${lib} PARENT_SCOPE)
endfunction()

# Objects that a link by this very compiler optimises as one program, and any
# other takes as they are; a file rt/lto-VERSION says by which compiler.
set(HD_SMALL_FLAGS -DHD_SMALL -flto -ffat-lto-objects -fno-move-loop-invariants -fno-tree-coalesce-vars
    -fno-ipa-sra -fno-if-conversion -fno-tree-fre -fno-schedule-insns2 -fno-ssa-phiopt)
execute_process(COMMAND ${HD_CC} -dumpfullversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
file(WRITE ${CMAKE_BINARY_DIR}/rt/lto-${version} "")

set(HD_ALL)
foreach(target ${HD_TARGETS})
	file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/rt/${target})
	hd_archive(${target} heddle-rt lib HD_CORE HD_EXEC HD_COMPONENT HD_HOST HD_WAVE HD_FLOAT HD_PORT_CORTEX_M)
	list(APPEND HD_ALL ${lib})
	# what trades flash for speed, without: -Oz
	hd_variant_archive(${target} small "${HD_SMALL_FLAGS}" "" lib
		HD_CORE HD_EXEC HD_COMPONENT HD_HOST HD_PORT_CORTEX_M)
	list(APPEND HD_ALL ${lib})
	# several executors (runtime/exec/executor.h)
	hd_variant_archive(${target} multi -DHD_MULTI "HD_(ENTRY|MULTI|SHORT)|hd_(elsewhere|kick|let_others|hold_others|executor|self|port_hold|port_switch)" lib
		HD_CORE HD_EXEC HD_COMPONENT HD_HOST HD_PORT_CORTEX_M HD_MULTI)
	list(APPEND HD_ALL ${lib})
	hd_archive(${target} heddle-rt-wall lib HD_WALL)
	list(APPEND HD_ALL ${lib})
	hd_archive(${target} heddle-board lib HD_BOARD)
	list(APPEND HD_ALL ${lib})
	hd_archive(${target} heddle-board-component lib HD_BOARD_COMPONENT)
	list(APPEND HD_ALL ${lib})
	hd_archive(${target} heddle-config lib HD_CONFIG)
	list(APPEND HD_ALL ${lib})
	# the file that tests for backpressure without that test, in front of the
	# archives where nothing can raise it
	foreach(small "" "_small")
		set(obj ${CMAKE_BINARY_DIR}/rt/${target}/nogate${small}_sched.o)
		add_custom_command(OUTPUT ${obj}
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} "$<$<BOOL:${small}>:${HD_SMALL_FLAGS}>" -DHD_NO_GATE
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				-c ${CMAKE_SOURCE_DIR}/runtime/exec/sched.c -o ${obj}
			DEPENDS runtime/exec/sched.c ${HD_HEADERS} COMMAND_EXPAND_LISTS COMMENT "")
		list(APPEND HD_ALL ${obj})
	endforeach()
endforeach()
file(GLOB HD_LD CONFIGURE_DEPENDS runtime/board/*.ld)
foreach(ld ${HD_LD})
	get_filename_component(name ${ld} NAME)
	set(copy ${CMAKE_BINARY_DIR}/rt/board/${name})
	add_custom_command(OUTPUT ${copy} COMMAND ${CMAKE_COMMAND} -E copy ${ld} ${copy} DEPENDS ${ld} COMMENT "")
	list(APPEND HD_ALL ${copy})
endforeach()
# What config.c needs, for images whose pools heddle sizes.
set(HD_SRC ${CMAKE_BINARY_DIR}/rt/src)
add_custom_command(OUTPUT ${HD_SRC}/stamp
	COMMAND ${CMAKE_COMMAND} -E rm -rf ${HD_SRC}
	COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_SOURCE_DIR}/runtime ${HD_SRC}/runtime
	COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_SOURCE_DIR}/include ${HD_SRC}/include
	COMMAND ${CMAKE_COMMAND} -E touch ${HD_SRC}/stamp
	DEPENDS ${HD_HEADERS} runtime/config.c COMMENT "")
list(APPEND HD_ALL ${HD_SRC}/stamp)
add_custom_target(rt-cross ALL DEPENDS ${HD_ALL})
