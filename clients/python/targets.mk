# The Python client: it is installed by setup and needs no build.

PYTHON_PARTS := clients/python tests/client tests/conformance

CONFORMANCE_python := $(BIN)/python -m conformance
LOAD_python := $(BIN)/python clients/python/load.py
CALLERS_python := $(BIN)/python clients/python/callers.py
INSTALLED_python := distribution:ocelli-vision

.PHONY: build-python test-python lint-python example-python

build-python: $(STAMP)  ## Install the Python client

test-python: build-python models  ## Test the Python client against servers of its own
	@$(BIN)/pytest -q tests/client tests/conformance

lint-python: build-python  ## Check style and types of the Python client
	@$(BIN)/ruff check --quiet $(PYTHON_PARTS)
	@$(BIN)/ruff format --quiet --check $(PYTHON_PARTS)
	@$(BIN)/mypy clients/python tests/conformance

example-python: build-python $(EXAMPLE_FRAMES)  ## Run the Python examples beside a server of their own
	@scripts/with-edge $(SHELL) -c '$(BIN)/python clients/python/examples/stream.py "$$OCELLI_TARGET" out/example/frames && $(BIN)/python clients/python/examples/index.py "$$OCELLI_TARGET" $(OCELLI_HOME)/media'
