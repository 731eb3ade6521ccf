# Everything that the README tells people to run. `make` alone shows the list.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STORE  ?= .servanda
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint constraints.txt

# What is started again and again, as the tests do, need not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all serve check lint types contracts gephi ontology-tools bench soak wheel clean vendor

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) --editable '.[dev]'
	@touch $@

demo: $(VENV)/.run ## build the store from the reference data and the seed, and answer the headline question
	@rm -rf $(STORE)
	@$(BIN)/servanda demo --store $(STORE)
	@echo "As pages, with every word in its text: make serve, then http://127.0.0.1:8000"

serve: $(VENV)/.run ## serve the demo store on http://127.0.0.1:8000
	@test -d $(STORE) || $(BIN)/servanda demo --store $(STORE) >/dev/null
	@$(BIN)/servanda serve --store $(STORE)

test: $(VENV)/.dev ## run what is quick, and of the slow lanes some of each; none needs a network
	$(BIN)/pytest -q --quick --numprocesses 2 --dist worksteal

test-all: $(VENV)/.dev ## run all tests
	$(BIN)/pytest -q --numprocesses 3 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

check: lint types contracts test-all ## lint, types, import contracts and all tests

gephi: $(VENV)/.run ## fetch Gephi's own readers, igraph and cytoscape.js, for tests that are skipped without them (needs npm, Maven and Java)
	-$(PIP) igraph==1.0.0
	-cd tests/export/cytoscape && npm ci --ignore-scripts --no-audit --no-fund --silent
	cd tests/export/graphology && npm ci --ignore-scripts --no-audit --no-fund --silent
	mvn --quiet --batch-mode dependency:get -Dartifact=org.gephi:gephi-toolkit:0.10.1:jar:all -Dtransitive=false

ontology-tools: ## fetch Jena, ROBOT and Apache Annotator for tests that are skipped without them (needs npm, Maven and Java)
	cd tests/ontology/tools/annotator && npm ci --ignore-scripts --no-audit --no-fund --silent
	mvn --quiet --batch-mode -f tests/ontology/tools/jena/pom.xml dependency:build-classpath -Dmdep.outputFile=classpath.txt
	mvn --quiet --batch-mode -f tests/ontology/tools/robot/pom.xml dependency:build-classpath -Dmdep.outputFile=classpath.txt

vendor: $(VENV)/.run ## fetch anew what pages are made with, at the versions that tests/browser/vendoring.py names (needs npm)
	$(BIN)/python -m tests.browser.vendoring

soak: $(VENV)/.dev ## kill the writer 3,000 times, let its disk fail 10,000 times; takes hours
	SERVANDA_KILLS=3000 SERVANDA_FAULTS=10000 $(BIN)/pytest -q tests/durability

bench: $(VENV)/.dev ## run the benchmarks side by side with their peers
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.durability
	$(BIN)/python -m bench.gexf
	$(BIN)/python -m bench.lookups
	$(BIN)/python -m bench.attack

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## remove what make made
	rm -rf $(VENV) $(STORE) dist build
