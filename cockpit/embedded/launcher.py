"""Takes on an identity PostgreSQL accepts, then becomes the program it was given.

A script, which `confinement` runs in a process of its own: what it does between fork and exec is
not safe in a process that has threads. Arguments: the parent's process id, the folder to stand in,
`keep` | `drop:UID:GID` | `namespace:UID:GID`, then the program and its arguments.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CANNOT = 77
"""Exit status when the identity cannot be had; the reason is on standard error."""


def main(arguments: list[str]) -> None:
    """Replace this process by the program, under the identity. Returns never."""
    parent, folder, identity, *command = arguments
    try:
        _become(*identity.split(":"))
        os.chdir(folder)
        _die_with(int(parent))
        os.execve(command[0], command, dict(os.environ))  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(CANNOT) from error


def _become(how: str, uid: str = "0", gid: str = "0") -> None:
    if how == "drop":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    elif how == "namespace":
        _enter_namespace(int(uid), int(gid))


def _enter_namespace(uid: int, gid: int) -> None:
    """Be `uid` to ourselves and who we were to files."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if outer_uid == 0:
        os.setgroups([])
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        raise OSError("this system has no user namespaces")
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"a user namespace is refused: {os.strerror(number)}")
    # The kernel wants setgroups denied before a process maps its own group.
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{gid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def _die_with(parent: int) -> None:
    """Be stopped by the kernel when the thread that started us ends. Linux only.

    Must come after every change of identity: a change clears the wish.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        raise OSError("the process that wanted this server is gone")


if __name__ == "__main__":
    main(sys.argv[1:])
