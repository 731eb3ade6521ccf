"""At which change of the store an answer stands."""

from typing import Final

HEADER: Final = "Servanda-Sequence"
"""The header that names the change; what an answer tells of is at least as new."""
