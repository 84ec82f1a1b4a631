# One virtual environment, made when needed, fast the second time. CONSTRAINT is empty for
# the newest releases.
PYTHON ?= python3
CONSTRAINT ?= --constraint constraints.txt
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# uv where it is, else venv and pip. Compiled once, TensorFlow loads in less than half the
# time where Python may not write its own bytecode (pip compiles anyway).
ifneq ($(shell command -v uv 2>/dev/null),)
CREATE := uv venv --quiet --seed --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --compile-bytecode --python $(BIN)/python \
	$(CONSTRAINT)
else
CREATE := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	$(CONSTRAINT)
endif
LOCK := uv pip compile --quiet --universal --python-version 3.11 --all-extras \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# The tests that need TensorFlow, its keras.applications, or no backend at all; the others
# run on each of them.
ONE_BACKEND := $(addprefix tests/test_, architecture% augmentation% bad_calls% benchmarks% cli% count_house% \
	datasets% exercises% experiments% fashion% glossary% grading% homework% hosts% index% layers_everywhere% layers_fast% lecture% \
	look% modern% mutants% nbval_repairs% one_device% parity% project% published% readme% rehearsal% seeded_mistakes% site% skips% slides% status_board% train_% \
	try_claims% weights% words%)
NEUTRAL := $(filter-out $(ONE_BACKEND), $(wildcard tests/test_*.py))

# make test ROUNDING=avx2: the notebooks as on another CPU (names: tools/rounding.py).
ROUNDING ?=
# The status board; under a rounding lectures cost what they do not elsewhere.
BOARD = -p status_board --status runs/status.json
ROUNDED := $(if $(ROUNDING),$(BIN)/python tools/rounding.py $(ROUNDING))

.PHONY: help lab test test-all slow status fast lectures rehearse slides exercises release lint lock backends twins test-latest site browser bench mutants clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

lab: $(INSTALLED)  ## open JupyterLab on working copies of the lectures
	$(BIN)/dlcourse lab

test: $(INSTALLED)  ## everything CI runs: lint, unit tests, every notebook compared
	@$(ROUNDED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest $(BOARD) --numprocesses 2 --dist worksteal tests
	$(ROUNDED) $(BIN)/pytest $(if $(ROUNDING),,$(BOARD)) --numprocesses 2 --dist loadfile --nbval $(wildcard lectures solutions)

test-all: test slow  ## the same, and then what takes longer

# make slow SLICE=2/8: the second eighth of them.
SLICE ?= 1/1

slow: $(INSTALLED)  ## large networks, more seeds, attacks, every slide and page
	$(BIN)/pytest --numprocesses 2 --dist worksteal -m slow --slice $(SLICE) tests

status: $(INSTALLED)  ## what the last tests found of lectures, networks and homework
	$(BIN)/python tools/status_board.py

# Files of tests that take more than 18 seconds of a core each: three quarters of all.
LONG := blocks_inception catalog cells cli_train compare constructors datasets_folder \
	exercises experiments grading homework homework_answers homework_release hosts layers_everywhere \
	modern parity rehearsal seeded_mistakes train_resume training_loop try_claims \
	variants_inception

fast: $(INSTALLED)  ## the unit tests but for the long ones: five minutes
	$(BIN)/pytest --numprocesses 2 --dist worksteal $(LONG:%=--ignore=tests/test_%.py) tests

lectures: $(INSTALLED)  ## run every lecture top to bottom and store its outputs
	TQDM_DISABLE=1 $(BIN)/python tools/execute.py lectures/*.ipynb
	$(BIN)/python tools/shrink_figures.py lectures/*.ipynb
	$(BIN)/python tools/make_index.py
	$(BIN)/python tools/make_readme.py
	$(BIN)/nbstripout --keep-output --keep-count --keep-id lectures/*.ipynb

# make rehearse NN="07 08": these lectures; THIRD=1, 2 or 3: a third of all.
NN ?=
THIRD ?=

rehearse: $(INSTALLED)  ## the lectures' full profile in minutes: no network, no GPU
	$(BIN)/python -m dlcourse.cli.rehearse $(NN) $(if $(THIRD),--third $(THIRD))

slides: $(INSTALLED)  ## lectures as decks that open offline, in runs/slides (NN="07 08")
	$(BIN)/dlcourse slides $(NN)

exercises: $(INSTALLED)  ## make exercises/ from solutions/
	$(BIN)/python -m dlcourse.homework.generate

# make release OUT=../students CLASS=7
CLASS ?= 0

release: $(INSTALLED)  ## the students' edition, without answers, into the folder OUT
	$(BIN)/dlcourse release "$(OUT)" --class $(CLASS)

lint: $(INSTALLED)  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## pin what pyproject.toml asks for in constraints.txt
	test -x $(BIN)/uv || $(MAKE) $(INSTALLED)
	$(BIN)/$(LOCK) pyproject.toml --output-file constraints.txt

backends: $(INSTALLED)  ## the tests of layers, blocks, models and analysis on JAX and torch
	$(INSTALL) --editable '.[jax,torch]'
	KERAS_BACKEND=jax $(BIN)/pytest $(NEUTRAL)
	KERAS_BACKEND=torch $(BIN)/pytest $(NEUTRAL)

twins: $(INSTALLED)  ## the networks against those of torchvision and timm, which it installs
	$(INSTALL) --editable '.[twins]'
	$(BIN)/pytest -m torch tests

test-latest:  ## make test with the newest releases, in an environment of its own
	$(MAKE) test VENV=.venv-latest CONSTRAINT=

site: $(INSTALLED)  ## the site, which opens offline: docs/_build/html/index.html
	$(INSTALL) --editable '.[docs]'
	$(BIN)/python tools/make_site.py
	rm -rf docs/_build/html docs/_build/doctrees
	$(BIN)/sphinx-build -q -W --keep-going -j auto -c docs -d docs/_build/doctrees \
	  docs/_build/source docs/_build/html

browser: $(INSTALLED)  ## what the tests need of the machine: Chromium, Sphinx, npm, a sandbox
	tools/machine.sh
	$(INSTALL) --editable '.[browser,docs]'

# make bench STEPS=2 TORCH=/elsewhere/bin/python; best on a machine that does nothing else.
STEPS ?= 20
TORCH ?=

bench: $(INSTALLED)  ## our time by that of others, into docs/bench.md and bench.json
	$(BIN)/python benchmarks/run.py --steps $(STEPS) $(if $(TORCH),--torch $(TORCH))

clean:  ## remove the environment and the caches
	rm -rf $(VENV) .pytest_cache .ruff_cache

# make mutants COUNT=30 SEED=7: so many mistakes, of this sample; another one each time.
COUNT ?= 300
SEED ?=

mutants: $(INSTALLED)  ## put mistakes into the package: do its tests notice? hours
	$(BIN)/python tools/mutants.py --count $(COUNT) $(if $(SEED),--seed $(SEED))

# The stamp comes last: an install that broke off is tried again.
$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(CREATE)
	@echo "Installing the course into $(VENV); the first time takes some minutes."
	@$(INSTALL) --editable '.[dev]'
	@touch $@
