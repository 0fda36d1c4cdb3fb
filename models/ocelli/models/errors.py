"""What can go wrong while models and media are installed."""


class InstallError(Exception):
    """An installation could not be completed; the message is one line and says what to do."""


class ClientMissingError(InstallError):
    """The client of a package's registry is not on this machine."""
