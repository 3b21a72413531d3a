# Everything a newcomer needs: each target sets itself up. PYTHON picks the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test test-min test-wheel test-killed coverage mutants fuzz lint docs data picture bench clean

run: $(VENV)/run.done
	$(BIN)/hotspot-gaps run --figures

test: $(VENV)/test.done
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

# Kill a hundred runs; `test` kills nine.
test-killed: $(VENV)/test.done
	HOTSPOT_GAPS_KILLS=100 $(BIN)/python -m pytest tests/test_killed.py

# On the oldest versions that pyproject.toml admits. TESTS picks some.
TESTS ?= tests
test-min:
	$(PYTHON) -m venv .venv-min
	.venv-min/bin/python -m pip install --quiet uv
	.venv-min/bin/uv pip install --quiet --python .venv-min/bin/python --resolution lowest-direct --editable ".[test]"
	.venv-min/bin/python -m pytest --numprocesses auto --dist loadfile -W ignore $(TESTS)

# From the wheel, in a folder that has nothing but the tests.
test-wheel: $(VENV)/test.done
	rm -rf dist .venv-wheel && $(BIN)/python -m hatchling build
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet --constraint constraints.txt "$$(ls $(CURDIR)/dist/*.whl)[test]"
	mkdir .venv-wheel/alone && cp -r tests pyproject.toml .venv-wheel/alone
	cd .venv-wheel/alone && rm -r tests/scripts tests/test_citation.py tests/test_house.py tests/test_guides.py tests/test_interface.py tests/test_readme.py tests/test_scripts.py tests/test_site.py tests/test_wheel.py && \
	    HOTSPOT_GAPS_SHARED_DATA=$(CURDIR)/../shared/data ../bin/python -m pytest --numprocesses auto --dist loadfile $(TESTS)

# Spoiled files for ten minutes: each must be read or refused in words.
fuzz: $(VENV)/test.done
	nice $(BIN)/python scripts/fuzz.py --seconds 600

# As `test`, and slower: which lines and branches no test runs.
coverage: $(VENV)/test.done
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --cov-report=term

# Which changed lines no test notices: a sample of all, an hour or two.
mutants: $(VENV)/mutants.done
	$(BIN)/python scripts/mutate.py --size 200 --seed 2

lint: $(VENV)/lint.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The site, from docs and the program itself, into build/docs; needs no network.
docs: $(VENV)/docs.done
	$(BIN)/python -m sphinx -W --keep-going -q -E docs build/docs

data: $(VENV)/run.done
	$(BIN)/python scripts/build_raw_data.py --evidence ../shared/evidence

bench: $(VENV)/bench.done
	$(BIN)/python scripts/benchmark.py

$(VENV)/run.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/test.done: $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test]"
	touch $@

$(VENV)/mutants.done: $(VENV)/test.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test,mutation]"
	touch $@

$(VENV)/lint.done: $(VENV)/test.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test,lint]"
	touch $@

$(VENV)/bench.done: $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	touch $@

$(VENV)/docs.done: $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	touch $@

clean:
	rm -rf docs/generated $(VENV) .venv-min .venv-wheel build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

picture: run
	$(BIN)/python -c "from PIL import Image; im = Image.open('data/processed/gap_map.png').convert('RGB'); im.resize((1600, 1600 * im.height // im.width), Image.Resampling.LANCZOS).save('docs/gap_map.jpg', quality=88)"
