"""The system calls that a worker is refused, by their numbers on the machines that are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

_NETWORK: Final = """
socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202,
accept4 288 242, sendto 44 206, sendmsg 46 211, sendmmsg 307 269, recvfrom 45 207, recvmsg 47 212,
recvmmsg 299 243, shutdown 48 210, getsockname 51 204, getpeername 52 205, setsockopt 54 208,
getsockopt 55 209
"""
"""Sockets of any kind, and what is done with those that are there: the answer goes out by `write`."""
_PROCESSES: Final = """
execve 59 221, execveat 322 281, fork 57 -, vfork 58 -, kill 62 129, tkill 200 130,
rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, pidfd_send_signal 424 424, pidfd_open 434 434,
pidfd_getfd 438 438, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271,
process_madvise 440 440, kcmp 312 272, setns 308 268, unshare 272 97, setpgid 109 154, setsid 112 157,
setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147,
setresgid 119 149, setgroups 116 159, setfsuid 122 151, setfsgid 123 152, capset 126 91,
personality 135 92
"""
"""Programs, processes, and what reaches into others."""
_FILES: Final = """
creat 85 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -,
mkdirat 258 34, rmdir 84 -, link 86 -, linkat 265 37, truncate 76 45, ftruncate 77 46, fallocate 285 47
"""
"""What makes, changes or removes files, as a store does that is written to."""
_OTHER_FILES: Final = """
symlink 88 -, symlinkat 266 36, mknod 133 -, mknodat 259 33, chmod 90 -, fchmod 91 52, fchmodat 268 53,
fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, utime 132 -, utimes 235 -,
futimesat 261 -, utimensat 280 88, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14,
lremovexattr 198 15, fremovexattr 199 16, setxattrat 463 463, removexattrat 466 466, memfd_create 319 279,
memfd_secret 447 447, name_to_handle_at 303 264, open_by_handle_at 304 265, sendfile 40 71, splice 275 76,
tee 276 77, vmsplice 278 75, copy_file_range 326 285
"""
"""What else is done to files and no store needs, and what moves bytes past `write`."""
_KERNEL: Final = """
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, io_setup 206 0,
io_submit 209 2, mount 165 40, umount2 166 39, move_mount 429 429, open_tree 428 428,
open_tree_attr 467 467, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
mount_setattr 442 442, pivot_root 155 41, chroot 161 51, swapon 167 224, swapoff 168 225,
reboot 169 142, sethostname 170 161, setdomainname 171 162, init_module 175 105, finit_module 313 273,
delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294, bpf 321 280,
perf_event_open 298 241, userfaultfd 323 282, keyctl 250 219, add_key 248 217, request_key 249 218,
acct 163 89, quotactl 179 60, quotactl_fd 443 443, settimeofday 164 170, clock_settime 227 112,
adjtimex 159 171, clock_adjtime 305 266, syslog 103 116, vhangup 153 58, iopl 172 -, ioperm 173 -,
modify_ldt 154 -, fanotify_init 300 262, fanotify_mark 301 263, lookup_dcookie 212 18,
migrate_pages 256 238, move_pages 279 239, shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190,
semop 65 193, msgget 68 186, msgsnd 69 189, msgrcv 70 188, mq_open 240 180, mq_unlink 241 181
"""
"""What is for whoever runs the machine, and what has often had holes."""
_ABSENT: Final = """
clone3 435 435, openat2 437 437
"""
"""What the filter cannot look into, and the C library can do without."""
_CHECKED: Final = """
open 2 -, openat 257 56, clone 56 220, tgkill 234 131, prlimit64 302 261, prctl 157 167
"""
"""What is refused for some arguments."""
_USED: Final = """
read 0 63, write 1 64, pread64 17 67, futex 202 98, mmap 9 222, munmap 11 215, madvise 28 233,
brk 12 214, seccomp 317 277
"""
"""What is called most, and what makes the filter."""


@dataclass(frozen=True)
class Architecture:
    """A machine: how the kernel names it to a filter, and the numbers of its calls."""

    audit: int
    column: int

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of all calls in the lists above that the machine has."""
        return self._of(_NETWORK, _PROCESSES, _FILES, _OTHER_FILES, _KERNEL, _ABSENT, _CHECKED, _USED)

    @property
    def refused(self) -> tuple[int, ...]:
        """The numbers of the calls that are refused whatever is asked of them."""
        return (*self.refused_to_writers, *self._of(_FILES).values())

    @property
    def refused_to_writers(self) -> tuple[int, ...]:
        """The numbers of those that are refused even to who may write files."""
        return tuple(self._of(_NETWORK, _PROCESSES, _OTHER_FILES, _KERNEL).values())

    @property
    def absent(self) -> tuple[int, ...]:
        """The numbers of the calls that are answered as if the kernel had none such."""
        return tuple(self._of(_ABSENT).values())

    def number(self, name: str) -> int:
        """Return the number of a call; raise KeyError where the machine has none such."""
        return self.numbers[name]

    def _of(self, *lists: str) -> dict[str, int]:
        entries = [entry.split() for text in lists for entry in text.replace("\n", " ").split(",")]
        return {entry[0]: int(entry[self.column]) for entry in entries if entry[self.column] != "-"}


ARCHITECTURES: Final = {
    "x86_64": Architecture(audit=0xC000003E, column=1),
    "aarch64": Architecture(audit=0xC00000B7, column=2),
}
"""The machines that are known, as `uname` names them."""
