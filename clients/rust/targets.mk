# The Rust client: its crates, its tests, its examples. Everything is built once, in one profile.

RUST := clients/rust
RUST_BIN := .build/rust-target/release
RUST_DESCRIPTORS := .build/rust-descriptors.binpb
RUST_SOURCES := $(shell find $(RUST) gen/rust -name '*.rs' -o -name '*.toml')
CARGO := cd $(RUST) && nice cargo

CONFORMANCE_rust := $(RUST_BIN)/conformance
LOAD_rust := $(RUST_BIN)/load
CALLERS_rust := $(RUST_BIN)/callers
# Linked statically but for the C library: a program is all that there is to install.
INSTALLED_rust := $(LOAD_rust)

.PHONY: build-rust test-rust lint-rust example-rust

# The contract for the JSON of the conformance runner.
$(RUST_DESCRIPTORS): $(wildcard protos/ocelli/v1/*.proto) $(GOOGLEAPIS) | $(STAMP)
	@$(BIN)/buf build --path protos/ocelli --path .build/googleapis/google/rpc -o $@

$(CONFORMANCE_rust): $(RUST_SOURCES) $(RUST_DESCRIPTORS)
	@scripts/require cargo cc
	@$(CARGO) build --quiet --release
	@touch -c $(addprefix $(RUST_BIN)/,conformance load callers stream index)

$(LOAD_rust) $(CALLERS_rust): $(CONFORMANCE_rust)

build-rust: $(CONFORMANCE_rust)  ## Build the Rust client and its programs

test-rust: build-rust models  ## Test the Rust client against a server of its own
	@$(CARGO) test --quiet --release --no-run -p ocelli-client -p ocelli-conformance
	@scripts/with-edge $(SHELL) -c '$(CARGO) test --quiet --release -p ocelli-client -p ocelli-conformance'

lint-rust: $(RUST_DESCRIPTORS)  ## Check style and faults of the Rust client
	@scripts/require cargo cc
	@$(CARGO) fmt --check
	@$(CARGO) clippy --quiet --release --all-targets -- -D warnings
	@cd $(RUST) && RUSTDOCFLAGS=-Dwarnings nice cargo doc --quiet --release --no-deps -p ocelli-client

example-rust: build-rust example-frames models  ## Run the Rust examples beside a server of their own
	@scripts/with-edge $(SHELL) -c '$(RUST_BIN)/stream "$$OCELLI_TARGET" out/example/frames && $(RUST_BIN)/index "$$OCELLI_TARGET" $(OCELLI_HOME)/media'
