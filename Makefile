PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: site sbom release-check demo picture man test check docs accuracy bench mutate fuzz clean

# What the program needs to run as it lies here; nothing is built.
$(VENV)/.runs: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -c "import tomllib; \
	  print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
	  > $(VENV)/dependencies.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(VENV)/dependencies.txt
	touch $@

$(VENV)/.installed: $(VENV)/.runs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	$(BIN)/python -m compileall -q scrubber
	touch $@

demo: $(VENV)/.runs
	$(BIN)/python -m scrubber scrub fixtures/clinic_day.837 --out demo-out --as-of 2026-03-02 \
	  || test $$? -eq 1

# The picture in the README; needs Chromium.
picture: demo
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1000,900 \
	  --screenshot=docs/page.png file://$(CURDIR)/demo-out/clinic_day.report.html

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

# What shows most mistakes within half a minute.
FAST := rule_cases good_claims output_goldens imports_go_one_way patches profiles_shipped

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -x $(FAST:%=tests/test_%.py)

docs: $(VENV)/.installed
	$(BIN)/python tests/rule_examples.py
	$(BIN)/python tests/specimens.py
	$(BIN)/python tests/test_profiles_evidence.py
	$(BIN)/python tests/test_configuration.py

# From the help of the commands, by click-man: `man -M build/man scrubber`.
man: $(VENV)/.installed
	$(BIN)/python tests/man_pages.py build/man/man1

accuracy: $(VENV)/.installed
	$(BIN)/python tests/accuracy.py

bench: $(VENV)/.installed
	$(BIN)/python -m bench

FUZZ_SECONDS ?= 60
SANITIZED := -fsanitize=address -fno-omit-frame-pointer -g -O1 -fwrapv
LIBRARY = $(shell $(CC) -print-file-name=$(1).so)

fuzz: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	for target in reader lane claims profile tables documentation answers settled; do \
	  nice $(BIN)/python -m fuzzing $$target --seconds $(FUZZ_SECONDS) || exit 1; \
	done
	# What was found for the lane once more, under AddressSanitizer.
	CFLAGS="$(SANITIZED)" $(BIN)/python setup.py -q build_ext --inplace --force
	ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=64 PYTHONMALLOC=malloc \
	  LD_PRELOAD="$(call LIBRARY,libasan) $(call LIBRARY,libstdc++)" \
	  nice $(BIN)/python -m fuzzing lane --seconds $(FUZZ_SECONDS); status=$$?; \
	  $(BIN)/python setup.py -q build_ext --inplace --force && exit $$status

mutate: $(VENV)/.installed
	nice -n 19 $(BIN)/python -m mutation --jobs 2

SITE := site-out

site: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[site]'
	$(BIN)/python site/build.py $(SITE)

# What an installation with all extras for use holds: its environment has nothing but the wheel.
sbom: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[release]'
	rm -rf dist/sbom && $(BIN)/python -m build --wheel --outdir dist/sbom .
	$(PYTHON) -m venv --without-pip dist/sbom/env
	$(BIN)/python -m pip --python dist/sbom/env/bin/python install --quiet --disable-pip-version-check \
	  "$$(ls dist/sbom/*.whl)[cluster,postgresql,s3,sftp,watch,xlsx]"
	$(BIN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
	  --output-file dist/sbom.cdx.json dist/sbom/env/bin/python
	rm -rf dist/sbom

# The source distribution, unpacked elsewhere, sets itself up and passes its own tests.
release-check: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[release]'
	rm -rf dist && $(BIN)/python -m build --outdir dist .
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	mkdir dist/check && tar -xzf dist/*.tar.gz -C dist/check --strip-components 1
	$(MAKE) -C dist/check test
	rm -rf dist/check

clean:
	rm -rf $(VENV) dist site-out demo-out bench-out fuzz-out build scrubber/lane/*.so *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
