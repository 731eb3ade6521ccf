"""`python -m api` is the command `servanda`."""

from api.cli import main

main()
