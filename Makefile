# One virtual environment, made when needed, fast the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCK := uv pip compile --quiet --universal --python-version 3.11 --all-extras \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: help lab test fast lectures lint lock browser clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

lab: $(INSTALLED)  ## open JupyterLab on lectures/
	$(BIN)/dlcourse lab

test: $(INSTALLED)  ## everything CI runs: lint, unit tests, every notebook compared
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest tests
	$(BIN)/pytest --nbval $(wildcard lectures solutions)

fast: $(INSTALLED)  ## the unit tests alone
	$(BIN)/pytest tests

lectures: $(INSTALLED)  ## run every lecture top to bottom and store its outputs
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace lectures/*.ipynb
	$(BIN)/nbstripout --keep-output --keep-count --keep-id lectures/*.ipynb

lint: $(INSTALLED)  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(INSTALLED)  ## pin what pyproject.toml asks for in constraints.txt
	$(BIN)/$(LOCK) pyproject.toml --output-file constraints.txt

browser: $(INSTALLED)  ## what the browser test needs, beside a chromium
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[browser]'

clean:  ## remove the environment and the caches
	rm -rf $(VENV) .pytest_cache .ruff_cache

# uv where it is, else venv and pip. The stamp comes last: a broken install is tried again.
$(INSTALLED): pyproject.toml constraints.txt
	@if command -v uv >/dev/null; then \
	  test -x $(BIN)/python || uv venv --quiet --seed --python $(PYTHON) $(VENV); \
	  uv pip install --quiet --python $(BIN)/python \
	    --constraint constraints.txt --editable '.[dev]'; \
	else \
	  test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --constraint constraints.txt --editable '.[dev]'; \
	fi
	@touch $@
