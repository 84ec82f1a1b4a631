"""The system calls that a submission may not make, as a filter for the kernel.

Forbidden is memory that no limit on a process counts (memfd, System V), what opens
large parts of the kernel (user namespaces, io_uring, bpf), and looking into other
processes. The filter is a classic BPF program, as seccomp(2) describes it, and
bubblewrap loads it.
"""

import errno
import platform
import struct

# name -> number on x86_64, number on aarch64
FORBIDDEN = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
}
CLONE = (56, 220)  # with a new user namespace
CLONE3 = 435  # its flags lie in memory, where no filter can look: clone is used instead
NEW_USER = 0x10000000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH
X32 = 0x40000000  # calls of a second numbering on x86_64 have this bit

LOAD, EQUAL, AT_LEAST, ANY_BIT, GIVE = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCH, FLAGS = 0, 4, 16  # where they lie in struct seccomp_data
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000


def program():
    """The filter as bytes; nothing on a machine whose numbers are not known."""
    if platform.machine() not in MACHINES:
        return b""
    column, arch = MACHINES[platform.machine()]
    lines = [
        line(LOAD, ARCH),
        line(EQUAL, arch, 1, 0),
        line(GIVE, KILL),
        line(LOAD, NUMBER),
        line(AT_LEAST, X32, 0, 1),
        line(GIVE, KILL),
        line(EQUAL, CLONE3, 0, 1),
        line(GIVE, ERROR | errno.ENOSYS),
    ]
    refuse = line(GIVE, ERROR | errno.EPERM)
    for numbers in FORBIDDEN.values():
        lines += [line(EQUAL, numbers[column], 0, 1), refuse]
    lines += [
        line(EQUAL, CLONE[column], 0, 3),
        line(LOAD, FLAGS),
        line(ANY_BIT, NEW_USER, 0, 1),
        refuse,
        line(GIVE, ALLOW),
    ]
    return b"".join(lines)


def line(code, value, if_true=0, if_false=0):
    """An instruction of BPF; a jump skips so many of them."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
