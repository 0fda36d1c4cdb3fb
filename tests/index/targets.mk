# The vector index against a real OpenSearch cluster of three nodes.

.PHONY: serve-cluster test-cluster-index test-cluster-short kill-cluster

CLUSTER_ROUNDS ?= 3
ON_CLUSTER = $(BIN)/python -m deploy.cluster --port 9240 -- $(BIN)/python -m pytest \
  -m "system and not embedded" --index-engine {address}
CLUSTER_SHORT := opensearch test_replace.py test_regions.py test_search_many.py test_update_collection.py test_port.py

serve-cluster: $(STAMP)  ## Run three OpenSearch nodes until Ctrl-C, for ocelli serve --index (needs mvn, JDK 21+)
	@$(BIN)/python -m deploy.cluster

test-cluster-index: $(STAMP)  ## Run the tests of the index against three OpenSearch nodes of their own
	@$(ON_CLUSTER) tests/index

test-cluster-short: $(STAMP)  ## The same with those in which engines differ most
	@$(ON_CLUSTER) $(CLUSTER_SHORT:%=tests/index/%)

kill-cluster: $(STAMP)  ## Kill nodes under load, CLUSTER_ROUNDS times; fails if a point or a search is lost
	@$(BIN)/python -m tests.index.kill_nodes --rounds $(CLUSTER_ROUNDS)
