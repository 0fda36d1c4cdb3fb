"""What keeps the gateway from serving."""


class GatewayError(Exception):
    """The gateway cannot serve; the message is one line and says what to do."""
