# Everything runs in a local environment; the only things needed beforehand are Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check web screenshots lock clean

$(VENV)/runtime.stamp: requirements/runtime.txt pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

# Ask the graph: which projects serve coastal communities, and where does each fact come from?
demo: $(VENV)/runtime.stamp
	$(BIN)/mca-graph query projects-serving-community --community coastal-communities
	$(BIN)/mca-graph validate

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mca-graph fmt --check
	$(BIN)/mca-graph validate

# Build what runs in the browser again, into src/mca_graph/publishing; a test compares the bytes.
web:
	npm ci --prefix web --no-audit --no-fund
	node web/build.mjs

# Write a picture of each kind of page into build/screenshots.
screenshots: $(VENV)/dev.stamp
	$(BIN)/python tests/publishing/browser/screenshots.py build/screenshots

# Resolve the dependencies again; the files name versions and digests, and no registry.
lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/build.in -o requirements/build.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
