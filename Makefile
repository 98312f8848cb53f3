PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test docs bench mutate clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/scrubber scrub fixtures/clinic_day.837 --out demo-out --as-of 2026-03-02 || test $$? -eq 1

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

docs: $(VENV)/.installed
	$(BIN)/python tests/rule_examples.py

bench: $(VENV)/.installed
	$(BIN)/python -m bench

mutate: $(VENV)/.installed
	nice -n 19 $(BIN)/python -m mutation --jobs 2

clean:
	rm -rf $(VENV) demo-out bench-out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
