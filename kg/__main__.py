"""`python -m kg`: the command line without a server."""

from kg.beginning import ended_by_interrupts

if __name__ == "__main__":
    with ended_by_interrupts():
        from kg.cli import run
    run()
