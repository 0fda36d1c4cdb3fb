"""Exit statuses of the embedded engine that its supervisor distinguishes."""

FOLDER_TAKEN = 75
"""Another process has the folder open (EX_TEMPFAIL of sysexits.h)."""
FORMAT_TOO_NEW = 78
"""The folder was written by a newer version (EX_CONFIG)."""

REASONS = {
    FOLDER_TAKEN: "another process has its folder open; stop that one, or choose another folder",
    FORMAT_TOO_NEW: "its folder was written by a newer version of the server; run that version, or "
    "choose another folder",
}
"""What they mean, for people."""
