"""Dashboards for Grafana, as code: `python -m deploy.dashboards` writes what is committed here."""
