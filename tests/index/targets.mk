# The vector index against a real OpenSearch cluster of three nodes.

.PHONY: serve-cluster test-cluster-index kill-cluster

CLUSTER_ROUNDS ?= 3

serve-cluster: $(STAMP)  ## Run three OpenSearch nodes until Ctrl-C, for ocelli serve --index (needs mvn, JDK 21+)
	@$(BIN)/python -m deploy.cluster

test-cluster-index: $(STAMP)  ## Run the tests of the index against three OpenSearch nodes of their own
	@$(BIN)/python -m deploy.cluster --port 9240 -- $(BIN)/python -m pytest -m "system and not embedded" tests/index --index-engine {address}

kill-cluster: $(STAMP)  ## Kill nodes under load, CLUSTER_ROUNDS times; fails if a point or a search is lost
	@$(BIN)/python -m tests.index.kill_nodes --rounds $(CLUSTER_ROUNDS)
