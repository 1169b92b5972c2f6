# Everything works on a fresh machine with Python 3.11 or newer and the package index that pip is set up for.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-from-pyproject
PACKAGES := app base catalog cli.py crawler indexer niche places search text
WORLD  := fixtures/worlds/east-coast-sushi.warc.gz

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint types layers bench quality parity elasticsearch elasticsearch-stop world clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --editable '.[dev]'
	$(BIN)/python -m compileall -q $(PACKAGES)  # a first search starts as fast as the next ones, even where Python may not write
	@touch $@

venv: $(STAMP)  ## make the environment in .venv

demo: venv  ## the main job, offline, on a recorded crawl of an invented web
	@rm -rf .cache/demo
	$(BIN)/nichescout --data .cache/demo discover "east coast sushi" --replay $(WORLD)

test: lint types layers  ## everything that must hold
	$(BIN)/pytest -q -n 2 --dist worksteal

lint: venv
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types: venv
	$(BIN)/mypy

layers: venv
	$(BIN)/lint-imports --no-cache

bench: venv  ## speed, as ratios in one run
	$(BIN)/python -m benchmarks.build
	$(BIN)/python -m benchmarks.cold
	$(BIN)/python -m benchmarks.commit
	$(BIN)/python -m benchmarks.crawl

quality: venv  ## ranking on judged collections: make quality EVALDATA=FOLDER
	$(BIN)/python -m benchmarks.quality.gate $(EVALDATA)

parity: venv  ## the same answers from both index backends: make parity EVALDATA=FOLDER
	$(BIN)/python -m benchmarks.parity $(EVALDATA)

elasticsearch: venv  ## bring and start a real node for tests, without Docker (Maven, JDK 21 to 25)
	$(BIN)/python -m tests.services.elasticsearch start

elasticsearch-stop: venv  ## stop it
	$(BIN)/python -m tests.services.elasticsearch stop

world: venv  ## make the invented web's recording again
	$(BIN)/python -m tests.world.make

clean:  ## remove what was made here
	rm -rf $(VENV) .cache *.egg-info .mypy_cache .ruff_cache .hypothesis
