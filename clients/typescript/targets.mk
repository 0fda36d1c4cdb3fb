# The TypeScript client: build, test, lint, examples, and the programs that others run.

TYPESCRIPT := clients/typescript
TYPESCRIPT_MODULES := $(TYPESCRIPT)/node_modules/.installed
TYPESCRIPT_BUILT := $(TYPESCRIPT)/dist/.built
TYPESCRIPT_SOURCES := $(wildcard $(addprefix $(TYPESCRIPT)/,src/*.ts examples/*.ts load/*.ts conformance/*.ts tests/*.ts))

CONFORMANCE_typescript := node $(TYPESCRIPT)/dist/conformance/runner.js
LOAD_typescript := node $(TYPESCRIPT)/dist/load/load.js
CALLERS_typescript := node $(TYPESCRIPT)/dist/load/callers.js
INSTALLED_typescript := $(addprefix $(TYPESCRIPT)/,dist/src node_modules/@bufbuild node_modules/@connectrpc node_modules/@ocelli)

.PHONY: build-typescript test-typescript lint-typescript example-typescript

# npm copies the stubs into node_modules, so that they share one protobuf runtime with the client; it
# must do so again when they change.
$(TYPESCRIPT_MODULES): $(TYPESCRIPT)/package.json $(TYPESCRIPT)/package-lock.json $(TYPESCRIPT)/.npmrc \
    $(wildcard gen/typescript/package.json gen/typescript/ocelli/v1/* gen/typescript/google/*/*)
	@scripts/require node npm
	@cd $(TYPESCRIPT) && npm ci --silent
	@touch $@

$(TYPESCRIPT_BUILT): $(TYPESCRIPT_MODULES) $(TYPESCRIPT)/tsconfig.json $(TYPESCRIPT_SOURCES)
	@rm -rf $(@D)
	@cd $(TYPESCRIPT) && npm run --silent build
	@touch $@

build-typescript: $(TYPESCRIPT_BUILT)  ## Build the TypeScript client

test-typescript: $(TYPESCRIPT_BUILT) models  ## Test the TypeScript client against a server of its own
	@scripts/with-edge node --test --test-timeout=60000 $(TYPESCRIPT)/dist/tests/*.test.js

lint-typescript: $(TYPESCRIPT_BUILT)  ## Check types and style of the TypeScript client
	@cd $(TYPESCRIPT) && npm run --silent lint

example-typescript: $(TYPESCRIPT_BUILT) example-frames  ## Stream a video's frames, and index and search images, in TypeScript
	@scripts/with-edge sh -c 'node $(TYPESCRIPT)/dist/examples/stream.js "$$OCELLI_TARGET" out/example/frames && \
	  node $(TYPESCRIPT)/dist/examples/index.js "$$OCELLI_TARGET" $(OCELLI_HOME)/media'
