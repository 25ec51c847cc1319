# Everything goes through CMake presets; this file only gives them short names.
PRESET ?= release
JOBS   ?= $(shell nproc)

.PHONY: all setup configure check check-long demo bench asan stress fuzz clean
all: configure
	cmake --build --preset $(PRESET) -j $(JOBS)
setup:
	@sh cmake/setup.sh
configure: setup
	@test -f build/build.ninja -a $(PRESET) = release || cmake --preset $(PRESET) >/dev/null
check: all
	ctest --preset $(PRESET) -j $(JOBS)
	$(MAKE) asan stress fuzz
check-long: all
	ctest --preset long -j $(JOBS)
demo: all
	@sh examples/demo.sh
bench: all
	@sh bench/bench.sh
	@[ -z "$$HEDDLE_REAL" ] || python3 bench/real.py build/heddle $$HEDDLE_REAL
asan stress: setup
	cmake --preset $@ >/dev/null
	cmake --build --preset $@ -j $(JOBS)
	ctest --preset $@ -j $(JOBS)
fuzz: setup
	cmake --preset fuzz >/dev/null
	cmake --build --preset fuzz -j $(JOBS)
	ctest --preset fuzz -j $(JOBS)
clean:
	rm -rf build
