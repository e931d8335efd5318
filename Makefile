# Targets for people and for CI alike; each makes what it needs.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
UV_VERSION := 0.13.9
# TORCH_BACKEND=cpu installs the CPU build of torch (small) instead of PyPI's CUDA build.
TORCH_BACKEND ?=
DEMO := --workspace .kgtransfer-demo
STAMP := $(VENV)/.installed
# Every core takes tests; TESTS_ON= runs them one by one in this process.
TESTS_ON ?= -n auto

.PHONY: install demo test check format lock neo4j-up neo4j-down clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $(if $(TORCH_BACKEND),--torch-backend $(TORCH_BACKEND)) -r requirements.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP)
	$(BIN)/kgtransfer ingest data/samples/corpus.json data/samples/goopy-and-bagha.md data/samples/carolingians.html $(DEMO)
	$(BIN)/kgtransfer ask --file data/samples/demo.txt $(DEMO)
	$(BIN)/kgtransfer cypher "MATCH (w:Work)-[:DIRECTOR]->(p:Person) RETURN w.name, p.name ORDER BY w.name LIMIT 10" $(DEMO)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest $(TESTS_ON) -m "not slow and not neo4j and not gpu"

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(STAMP)
	$(BIN)/python -m pytest $(TESTS_ON)

neo4j-up: $(STAMP)
	$(BIN)/python -m tests.neo4j_server up

neo4j-down: $(STAMP)
	$(BIN)/python -m tests.neo4j_server down

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-header pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
