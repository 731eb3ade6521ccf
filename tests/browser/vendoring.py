"""What is vendored for pages and their tests: `make vendor` fetches it anew and writes the locks.

A newer version is a changed line of `WANTED`. Nothing of npm is needed to install, serve or test.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = _ROOT / "api" / "pages" / "static" / "vendor"
"""What pages are made with, in the wheel."""
TESTS: Final = Path(__file__).parent / "vendor"
LOCK: Final = "lock.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A package, and which of its files are taken; each keeps its last name."""

    folder: Path
    name: str
    version: str
    files: tuple[str, ...]
    licence_of: str | None = None
    """The package that has the text of the licence, where this one only names it: what it is a fork of."""

    @property
    def place(self) -> str:
        """The folder that its files stand in."""
        return f"{self.name.rpartition('/')[2]}-{self.version}"


WANTED: Final = (
    Package(SHIPPED, "leaflet", "1.9.4", ("LICENSE", "dist/leaflet.js", "dist/leaflet.css")),
    Package(SHIPPED, "world-atlas", "2.0.2", ("LICENSE", "countries-50m.json")),
    Package(SHIPPED, "topojson-client", "3.1.0", ("LICENSE", "dist/topojson-client.min.js")),
    Package(SHIPPED, "sigma", "3.0.3", ("LICENSE.txt", "dist/sigma.min.js")),
    Package(SHIPPED, "graphology", "0.26.0", ("LICENSE.txt", "dist/graphology.umd.min.js")),
    Package(
        SHIPPED,
        "@zazuko/yasqe",
        "4.6.2",
        ("build/yasqe.min.js", "build/yasqe.min.css"),
        licence_of="@triply/yasqe@4.2.28",
    ),
    Package(TESTS, "axe-core", "4.14.1", ("LICENSE", "axe.min.js")),
)


def refresh() -> None:
    """Fetch every package, put its files into their folder, and write the lock of each folder."""
    locks: dict[Path, dict[str, Any]] = {SHIPPED: {}, TESTS: {}}
    for package in WANTED:
        locks[package.folder][package.place] = _put(package)
    for folder, lock in locks.items():
        for old in folder.iterdir():
            if old.is_dir() and old.name not in lock:
                shutil.rmtree(old)
        said = json.dumps(dict(sorted(lock.items())), indent=2)
        (folder / LOCK).write_text(said + "\n", encoding="utf-8")


def _put(package: Package) -> Mapping[str, Any]:
    """Write the files of a package; return what the lock says of it."""
    target = package.folder / package.place
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    held = _packed(f"{package.name}@{package.version}")
    found = {Path(file).name: held[f"package/{file}"] for file in package.files}
    if package.licence_of is not None:
        other = _packed(package.licence_of)
        found["LICENSE.txt"] = other["package/LICENSE.txt"]
    for name, content in found.items():
        (target / name).write_bytes(content)
    said = json.loads(held["package/package.json"])
    return {
        "package": package.name,
        "version": said["version"],
        "licence": said["license"],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(found.items())},
    }


def _packed(name: str) -> dict[str, bytes]:
    """Return the files of a package as npm gives it."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True
        )
        found = {}
        with tarfile.open(Path(folder) / done.stdout.strip().splitlines()[-1]) as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.isfile() else None
                if opened is not None:
                    found[member.name] = opened.read()
        return found


if __name__ == "__main__":
    refresh()
