"""How much of everything the index takes. Part of the contract: every engine keeps to them."""

MAX_DIMENSION = 65536
MAX_FIELDS = 64
MAX_FIELD_NAME_CHARS = 128
MAX_MODEL_NAME_CHARS = 256
MAX_POINTS_PER_CALL = 1000
MAX_ID_BYTES = 256
MAX_PAYLOAD_BYTES = 64 * 1024
MAX_PAYLOAD_DEPTH = 32
MAX_DELETED_KEYS = 100
"""Keys that one call takes away from payloads."""
MAX_HITS = 1000
MAX_QUERIES = 100
"""Searches in one call."""
MAX_LOOKED_AT = 10 * MAX_HITS
"""Points that a search may look at to pass over some, or to find groups."""
MAX_HITS_PER_CALL = 10 * MAX_HITS
"""Hits that the searches of one call may ask for together."""
MAX_ANSWER_BYTES = 128 << 20
"""Largest answer that any caller may ask an engine for."""
MAX_PAGE_SIZE = 1000
DEFAULT_PAGE_SIZE = 100
MAX_FILTER_DEPTH = 16
MAX_FILTER_CONDITIONS = 1000
"""Conditions in one filter, at all depths."""
MAX_FILTER_BRANCHES = 100
"""Conditions side by side in one AllOf, AnyOf or NoneOf."""
MAX_FILTER_VALUES = 1000
"""Values of all OneOf conditions of a filter."""
MAX_MATCH_WORDS = 100
"""Different words in one Match."""
MAX_TEXT_WORDS = 1000
"""Different words of a field that filters find; it may have more."""
MAX_INTEGER = 2**53
"""Largest magnitude of a filterable integer: engines compare ranges in float64."""
