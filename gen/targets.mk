# The generators of the stubs, each in a folder that names its version, and the targets that use them.

GOOGLEAPIS := .build/googleapis/.copied
PROTOC_GEN_GO := .build/gen/go-1.36.12
PROTOC_GEN_GO_GRPC := .build/gen/go-grpc-1.6.2
PROTOC_JAVA := .build/gen/protoc-4.33.6
PROTOC_GEN_GRPC_JAVA := .build/gen/grpc-java-1.83.0
PROTOC_GEN_PROST := .build/gen/prost-0.5.0
PROTOC_GEN_TONIC := .build/gen/tonic-0.5.0
PROTOC_GEN_ES := .build/gen/es-2.17.0

GENERATORS := $(PROTOC_GEN_GO) $(PROTOC_GEN_GO_GRPC) $(PROTOC_JAVA) $(PROTOC_GEN_GRPC_JAVA) \
  $(PROTOC_GEN_PROST) $(PROTOC_GEN_TONIC) $(PROTOC_GEN_ES)

GENERATED := gen docs/api.md docs/openapi.json

version = $(lastword $(subst -, ,$(1)))
maven-copy = mvn -q -B -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory=$(2) -Dartifact=$(1):exe:linux-x86_64

$(GOOGLEAPIS): $(STAMP)
	@rm -rf $(@D) && mkdir -p $(@D)/google/api $(@D)/google/rpc
	@from=$$($(BIN)/python -c 'import google.rpc.status_pb2 as m, pathlib; print(pathlib.Path(m.__file__).parents[1])') && \
	  cp $$from/api/annotations.proto $$from/api/http.proto $(@D)/google/api/ && \
	  cp $$from/rpc/status.proto $$from/rpc/error_details.proto $(@D)/google/rpc/
	@touch $@

$(PROTOC_GEN_GO): | $(GO)
	@GOBIN=$(CURDIR)/$@ $(GO) install google.golang.org/protobuf/cmd/protoc-gen-go@v$(call version,$@)

$(PROTOC_GEN_GO_GRPC): | $(GO)
	@GOBIN=$(CURDIR)/$@ $(GO) install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v$(call version,$@)

$(PROTOC_JAVA):
	@scripts/require java mvn
	@$(call maven-copy,com.google.protobuf:protoc:$(call version,$@),$@)
	@install -m 755 $@/*.exe $@/protoc

$(PROTOC_GEN_GRPC_JAVA):
	@scripts/require java mvn
	@$(call maven-copy,io.grpc:protoc-gen-grpc-java:$(call version,$@),$@)
	@install -m 755 $@/*.exe $@/protoc-gen-grpc-java

$(PROTOC_GEN_PROST) $(PROTOC_GEN_TONIC):
	@scripts/require cargo
	@echo "building a Rust generator (a minute)"
	@cargo install --quiet --root $@ protoc-gen-$(firstword $(subst -, ,$(@F)))@$(call version,$@)

$(PROTOC_GEN_ES): gen/typescript/generator/package-lock.json
	@scripts/require node npm
	@mkdir -p $@ && cp gen/typescript/generator/package*.json $@/
	@cd $@ && npm ci --silent --no-audit --no-fund
	@touch $@

gen: $(GOOGLEAPIS) $(GENERATORS)  ## Generate the stubs of all languages, docs/api.md and docs/openapi.json from the contract
	@rm -rf gen/python/ocelli gen/go/ocelli gen/typescript/ocelli gen/typescript/google gen/java/src gen/rust/src/generated
	@$(BIN)/buf generate --path protos/ocelli
	@$(BIN)/buf generate --template buf.gen.details.yaml --path .build/googleapis/google/rpc/error_details.proto
	@touch gen/python/ocelli/v1/py.typed

gen-check: gen  ## Fail if the committed stubs, docs/api.md or docs/openapi.json are not those of the contract
	@git diff --exit-code --stat -- $(GENERATED) && test -z "$$(git status --porcelain -- $(GENERATED))" \
	  || { echo "gen/ or docs/ differs from protos/: run 'make gen' and commit"; exit 1; }
