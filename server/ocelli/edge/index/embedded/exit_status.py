"""Exit statuses of the embedded engine that its starter can tell apart."""

FOLDER_TAKEN = 75
"""Another process has the folder open (EX_TEMPFAIL of sysexits.h)."""
