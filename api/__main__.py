"""The command `servanda`, as `python -m api` is it too."""

from kg.beginning import ended_by_interrupts


def main() -> None:
    """Run the command line, with `serve`."""
    with ended_by_interrupts():
        from api import cli  # noqa: PLC0415 - a second, in which somebody may think better of it
    cli.main()


if __name__ == "__main__":
    main()
