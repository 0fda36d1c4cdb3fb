# The Go client: one module, of the SDK and the programs that use it.

GO_CLIENT := clients/go
GO_PROGRAMS := .build/go-client
GO_SOURCES := $(shell find $(GO_CLIENT) gen/go -name '*.go' -not -name '*_test.go' -o -name 'go.*')
go-in-client = cd $(GO_CLIENT) && nice $(CURDIR)/$(GO)

CONFORMANCE_go := $(GO_PROGRAMS)/conformance
LOAD_go := $(GO_PROGRAMS)/load
CALLERS_go := $(GO_PROGRAMS)/callers
# Linked statically: a program is all that there is to install.
INSTALLED_go := $(LOAD_go)

.PHONY: build-go test-go lint-go example-go

$(GO_PROGRAMS)/.built: $(GO_SOURCES) | $(GO)
	@echo "building the Go client"
	@$(go-in-client) build -trimpath -o $(CURDIR)/$(@D)/ ./...
	@touch $@

build-go: $(GO_PROGRAMS)/.built  ## Build the Go client and its programs

test-go: $(GO_PROGRAMS)/.built models  ## Test the Go client against a server of its own
	@scripts/with-edge $(SHELL) -c '$(go-in-client) test -count=1 ./...'

lint-go: | $(GO)  ## Check style and faults of the Go client
	@unformatted=$$("$$($(GO) env GOROOT)/bin/gofmt" -l $(GO_CLIENT)) && test -z "$$unformatted" \
	  || { echo "not in gofmt's style: $$unformatted"; exit 1; }
	@$(go-in-client) mod tidy -diff
	@$(go-in-client) vet ./...
	@$(go-in-client) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -checks all ./...

example-go: $(GO_PROGRAMS)/.built $(EXAMPLE_FRAMES)  ## Run the Go examples beside a server of their own
	@scripts/with-edge $(SHELL) -c '$(GO_PROGRAMS)/stream "$$OCELLI_TARGET" out/example/frames && $(GO_PROGRAMS)/index "$$OCELLI_TARGET" $(OCELLI_HOME)/media'
