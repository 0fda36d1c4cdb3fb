"""Load on a server, measured from outside.

arrivals    when requests are due
pace        closed loop: at once; open loop: when due
requests    requests, serialised once, and how their answers are read
unary, stream   one driver for each way of asking, over one connection
meter       what came of it
run         all of it together
"""

from ocelli.client.load.plan import Plan
from ocelli.client.load.report import Report
from ocelli.client.load.run import run_load

__all__ = ["Plan", "Report", "run_load"]
