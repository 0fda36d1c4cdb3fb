"""What the chart's autoscaling does to a burst, simulated with the chart's own numbers."""
