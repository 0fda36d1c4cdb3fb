"""`python -m ocelli.client.cli`."""

from ocelli.client.cli.entry import main

main()
