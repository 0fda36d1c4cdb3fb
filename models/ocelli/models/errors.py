"""What can go wrong while models and media are installed."""


class InstallError(Exception):
    """An installation could not be completed; the message is one line and says what to do."""
