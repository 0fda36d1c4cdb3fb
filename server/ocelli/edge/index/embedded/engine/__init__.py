"""The embedded vector engine, as a process: `python -m ocelli.edge.index.embedded.engine`.

The engine (embedded Qdrant, `qdrant_edge`) holds Python's global lock through every call, an
optimiser's second included, so it must never be imported where frames are served. For the same
reason this process has one thread: a second one could not run while the engine does.
"""
