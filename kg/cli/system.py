"""What the operating system refuses, and text that is none, told in sentences."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_REFUSED: Final = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you are not allowed to open or write it",
    errno.EPERM: "you are not allowed to change it",
    errno.EROFS: "it lies on a disk that cannot be written to",
    errno.EISDIR: "is a folder, and a file is needed",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "exists already",
    errno.ENOSPC: "there is no room left on the disk",
    errno.EDQUOT: "there is no room left of what you may use on the disk",
    errno.EFBIG: "would be larger than files may be here",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "the link leads in a circle",
    errno.EMFILE: "too many files are open",
    errno.EIO: "the disk gives errors",
    errno.EBUSY: "another program holds it",
}


def of_the_system(error: OSError) -> str:
    """Return what the operating system refused, as a sentence that names the file.

    >>> of_the_system(IsADirectoryError(21, "Is a directory", "/tmp"))
    '/tmp: is a folder, and a file is needed'
    """
    if error.errno is None:
        return str(error)
    why = _REFUSED.get(error.errno, (error.strerror or "it cannot be opened").lower())
    names = [_shown(str(name)) for name in (error.filename, error.filename2) if name is not None]
    if not names:
        return f"what was to be printed: {why}" if error.errno in {errno.ENOSPC, errno.EIO} else why
    above = Path(names[-1]).absolute().parent
    if error.errno == errno.ENOENT and not above.is_dir():
        why = f"there is no folder {above}"
    return f"{names[-1]}: {why}"


def of_the_text(error: UnicodeDecodeError) -> str:
    """Return where bytes are no text, as a sentence."""
    line = error.object[: error.start].count(b"\n") + 1
    return f"what was given is not UTF-8: byte {error.start}, on line {line}; save it as UTF-8 first"


def forget_output() -> None:
    """Send what is still to be printed nowhere, so that nothing more is said of it as the program ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _shown(name: str) -> str:
    """Return the name of a file as it was given: it is written under another until it is whole."""
    part, path = f".part-{os.getpid()}", Path(name)
    return str(path.with_name(path.name.removesuffix(part)[1:])) if name.endswith(part) else name
