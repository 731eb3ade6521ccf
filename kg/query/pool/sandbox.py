"""What a worker gives up before it is given anybody's query: the network, files, other processes, memory.

Linux only, by prctl, rlimits and a seccomp filter through ctypes. The filter names what is refused and is
checked by the kernel at every call, on every thread; there is no way back.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Final

from kg.query.pool.syscalls import ARCHITECTURES, Architecture

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NAME: Final = 15
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_VMA: Final = 0x53564D41

_SECCOMP_SET_MODE_FILTER: Final = 1
_SECCOMP_FILTER_FLAG_TSYNC: Final = 1
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_REFUSE: Final = 0x00050000 | 1  # EPERM
_ABSENT: Final = 0x00050000 | 38  # ENOSYS: the C library then does it in the older way

_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06
_NUMBER: Final = 0
_ARCHITECTURE: Final = 4
_FIRST_ARGUMENT: Final = 16

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_THREAD: Final = 0x00010000  # CLONE_THREAD
_OTHER_ABI: Final = 0x40000000

_Rule = tuple[int, int, int, int]


def available() -> bool:
    """Return whether this machine has what the sandbox is made of."""
    return sys.platform == "linux" and os.uname().machine in ARCHITECTURES


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; it ends at once if that has happened."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def lock_down(memory: int, *, writes: bool = False) -> bool:
    """Give up all that a task does not need; return whether that could be done.

    `memory` is how many bytes of address space may be taken beyond what is taken now, and as many bytes a
    file may have where files may be written at all.
    """
    if not available():
        return False
    try:
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_DUMPABLE, 0)
        for limit, most in (
            (resource.RLIMIT_FSIZE, memory if writes else 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_AS, address_space() + memory),
        ):
            resource.setrlimit(limit, (most, most))
        _filter(ARCHITECTURES[os.uname().machine], writes=writes)
    except (OSError, ValueError):
        return False
    return True


def limit_processor(seconds: float) -> None:
    """Have the kernel end this process after so many seconds more of processor time, rounded up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))


def address_space() -> int:
    """Return how many bytes of address space this process has taken; 0 where it cannot be told."""
    handle = _statm()
    return 0 if handle is None else int(os.pread(handle, 64, 0).split()[0]) * resource.getpagesize()


def resident() -> int:
    """Return how many bytes of memory this process holds; 0 where it cannot be told."""
    try:
        told = Path("/proc/self/statm").read_bytes()
    except OSError:
        return 0
    return int(told.split()[1]) * resource.getpagesize()


@cache
def _statm() -> int | None:
    """Return where the kernel tells it; opened once, since it is asked after every task."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return None


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _filter(machine: Architecture, *, writes: bool) -> None:
    rules = _rules(machine, writes=writes)
    code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HL", len(rules), ctypes.addressof(held))
    library = ctypes.CDLL(None, use_errno=True)
    done = library.syscall(
        ctypes.c_long(machine.number("seccomp")),
        ctypes.c_ulong(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(_SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.create_string_buffer(program, len(program)),
    )
    if done != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _rules(machine: Architecture, *, writes: bool) -> list[_Rule]:
    """Return the filter: what is called most is let through first, then what is refused is named."""
    rules: list[_Rule] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _KILL),
    ]
    for name in ("read", "write", "pread64", "futex", "mmap", "munmap", "madvise", "brk"):
        rules += _if(machine.number(name), [(_RETURN, 0, 0, _ALLOW)])
    for number in machine.refused_to_writers if writes else machine.refused:
        rules += _if(number, [(_RETURN, 0, 0, _REFUSE)])
    for number in machine.absent:
        rules += _if(number, [(_RETURN, 0, 0, _ABSENT)])
    for name, place in (("openat", 2), ("open", 1)):
        if name in machine.numbers and not writes:
            rules += _if(machine.number(name), [*_unless_bits(place, _WRITING)])
    rules += _if(machine.number("clone"), [*_only_bits(0, _THREAD)])
    rules += _if(machine.number("tgkill"), [*_only(0, os.getpid())])
    rules += _if(machine.number("prlimit64"), [*_only(0, 0)])
    rules += _if(machine.number("prctl"), [*_only(0, _PR_SET_NAME, _PR_SET_VMA)])
    return [*rules, (_RETURN, 0, 0, _ALLOW)]


def _if(number: int, then: list[_Rule]) -> list[_Rule]:
    """Return rules that decide a call of that number; they end in a return."""
    return [(_EQUAL, 0, len(then), number), *then]


def _unless_bits(place: int, bits: int) -> list[_Rule]:
    return [
        (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * place),
        (_ANY_BIT, 0, 1, bits),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _only_bits(place: int, bits: int) -> list[_Rule]:
    return [
        (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * place),
        (_ANY_BIT, 1, 0, bits),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _only(place: int, *values: int) -> list[_Rule]:
    tests: list[_Rule] = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [
        (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * place),
        *tests,
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
