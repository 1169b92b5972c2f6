# Everything works on a fresh machine with Python 3.11 or newer and the package index that pip is set up for.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-from-pyproject
PACKAGES := app base catalog cli.py crawler indexer niche places search server text
GROWTH := 10000 100000 1000000
WORLD  := fixtures/worlds/east-coast-sushi.warc.gz

.DEFAULT_GOAL := help
.PHONY: help venv demo demo-web test lint types layers bench compare bench-scale quality parity elasticsearch
.PHONY: elasticsearch-stop world clean

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

demo-web: venv  ## the page over the demo's world: search, lists, discovery, at http://127.0.0.1:8642
	@test -f .cache/demo-web/index/CURRENT || $(BIN)/nichescout --data .cache/demo-web discover "east coast sushi" --replay $(WORLD) >/dev/null
	@$(BIN)/nichescout --data .cache/demo-web worker --replay $(WORLD) & worker=$$!; trap "kill $$worker 2>/dev/null" EXIT INT TERM; \
	NICHESCOUT_HOSTS=$(WORLD:.warc.gz=.hosts.toml) $(BIN)/nichescout --data .cache/demo-web serve

# One more than the cores of a small machine: tests wait for servers, and for time.
WORKERS ?= 3
test: lint types layers  ## everything that must hold
	$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: venv
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types: venv
	$(BIN)/mypy

layers: venv
	$(BIN)/lint-imports --no-cache

bench: venv  ## speed: every figure beside its budget; make bench ONLY="cold_search build" EVALDATA=FOLDER
	$(BIN)/python -m benchmarks.speed $(ONLY) $(if $(EVALDATA),--evaldata $(EVALDATA)) --write

COMPARE := .cache/bench/compare-env
compare: venv  ## nichescout beside Elasticsearch, LanceDB, SQLite and txtai: make compare EVALDATA="FOLDER/A FOLDER/B"
	test -x $(COMPARE)/bin/python || $(PYTHON) -m venv $(COMPARE)
	VIRTUAL_ENV=$(CURDIR)/$(COMPARE) $(BIN)/uv pip install --quiet --editable '.[dev]' --requirement benchmarks/compare/requirements.txt
	$(COMPARE)/bin/python -m benchmarks.compare $(EVALDATA)

bench-scale: venv  ## many workers on PostgreSQL (frontier, crawl); what Elasticsearch costs; both index backends as they grow
	$(BIN)/python -m benchmarks.scale.frontier
	$(BIN)/python -m benchmarks.scale.crawl
	$(BIN)/python -m benchmarks.scale.kills
	$(BIN)/python -m benchmarks.scale.index
	for posts in $(GROWTH); do for backend in embedded elastic; do $(BIN)/python -m benchmarks.scale.growth $$backend $$posts || exit 1; done; done

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
