"""What the garbage collector of a serving process looks at."""

import gc

_YOUNG = 10_000
"""Objects made before the youngest are looked at. A call makes hundreds, most of them of no cycle:
the default of 700 looks at all that calls in flight hold again and again."""


def spare_what_stays() -> None:
    """Has the collector leave alone what there is now, which stays for the life of the process.

    Else each full collection looks at every module's functions and descriptions of messages, some
    hundred thousand objects (gc.freeze's own reason). Call it once, when the process serves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
