"""The numbers of a simulation: the chart's, those measured, and Kubernetes' own."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How replicas serve and are scaled.

    Attributes:
        min_replicas: fewest.
        max_replicas: most.
        target: images under way per replica that the autoscaler aims at.
        scrape_s: how old the metric may be, seconds.
        up_percent: largest growth per period, percent of the replicas.
        up_pods: largest growth per period, replicas, if that is more.
        up_period_s: that period, seconds.
        down_percent: largest shrinking per period, percent.
        down_period_s: that period, seconds.
        down_stabilization_s: a need counts for so long after it was last seen, seconds.
        drain_s: a replica that is to go still takes calls for so long, seconds.
        images_per_s: what one replica answers, edge and Triton together.
        start_s: from a replica's creation to its readiness, seconds.
        max_wait_s: a call that would wait longer is refused, seconds: the edge lets calls with a
            deadline of ten seconds, the SDKs' default, wait for a quarter of it.
        sync_s: how often the autoscaler decides, seconds.
    """

    min_replicas: int
    max_replicas: int
    target: float
    scrape_s: float
    up_percent: float
    up_pods: int
    up_period_s: float
    down_percent: float
    down_period_s: float
    down_stabilization_s: float
    drain_s: float
    images_per_s: float
    start_s: float
    max_wait_s: float = 2.5
    sync_s: float = 15.0


def read_numbers(values: Path, *, images_per_s: float, start_s: float) -> Numbers:
    """The numbers of a chart's values file, with what was measured of a replica."""
    chart = yaml.safe_load(values.read_text())
    scaling = chart["autoscaling"]
    up, down = scaling["scaleUp"], scaling["scaleDown"]
    return Numbers(
        min_replicas=scaling["minReplicas"],
        max_replicas=scaling["maxReplicas"],
        target=scaling["imagesUnderWay"],
        scrape_s=scaling["scrape_s"],
        up_percent=up["percent"],
        up_pods=up["pods"],
        up_period_s=up["period_s"],
        down_percent=down["percent"],
        down_period_s=down["period_s"],
        down_stabilization_s=down["stabilization_s"],
        drain_s=chart["drain"]["notice_s"],
        images_per_s=images_per_s,
        start_s=start_s,
    )
