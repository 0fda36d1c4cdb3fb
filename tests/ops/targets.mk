# Dashboards, alerts, traces and the access log, against a real Prometheus.

.PHONY: dashboards test-ops

PROMETHEUS := .build/prometheus/usr/bin

dashboards: $(STAMP)  ## Write the dashboards' JSON anew (deploy/dashboards/json)
	@$(BIN)/python -m deploy.dashboards

$(PROMETHEUS)/prometheus:
	@scripts/unpack-prometheus .build/prometheus

test-ops: models $(PROMETHEUS)/prometheus  ## Run every dashboard query, rule and trace against an edge under load; out/ops.json
	@$(BIN)/python -m deploy.dashboards --check
	@$(BIN)/python -m tests.ops --prometheus $(PROMETHEUS)
