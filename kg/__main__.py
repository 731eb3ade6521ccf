"""`python -m kg`: the command line without a server."""

from kg.cli import run

run()
