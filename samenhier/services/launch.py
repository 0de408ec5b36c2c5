"""Becomes a child: `python launch.py [options] -- command…`. Standard library only, starts in some 20 ms.

Between fork and exec it arranges what must be true of every child: it hears when its parent dies, however the
parent dies, and Postgres never runs as root.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
PR_CAPBSET_READ = 23
PR_GET_SECUREBITS = 27
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
# A change of account then leaves capabilities alone, and access(), which initdb asks, counts them.
SECBIT_NO_SETUID_FIXUP = 1 << 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for a signal when our parent dies. Where there is no such kernel, pid files must do."""
    libc = _libc()
    if libc is None:
        return
    libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        sys.exit(1)


def become(account: str, *, keep_reach: bool) -> None:
    """Stop being root, for good. With `keep_reach` files below a closed directory stay reachable.

    A clone in /root is closed to every other account, but the binaries, the data and the socket of Postgres
    lie in it. Rather than open somebody's home directory we keep one Linux capability: pass file permissions.
    """
    entry = pwd.getpwnam(account)
    libc = _libc()
    capability = None
    if keep_reach and libc is not None:
        for candidate in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):  # containers often lack the first
            if libc.prctl(PR_CAPBSET_READ, candidate, 0, 0, 0) == 1:
                capability = candidate
                break
        bits = libc.prctl(PR_GET_SECUREBITS, 0, 0, 0, 0)
        if capability is None or libc.prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0:
            sys.exit(
                "this container gives root too few rights; run this as an ordinary user, or set DATABASE_URL"
            )
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    if capability is not None and libc is not None:
        mask = 1 << capability
        header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        if libc.capset(header, sets) != 0:
            sys.exit("cannot give up the rights of root")
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def main() -> None:
    """Parse our own options, prepare this process, and turn into the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--account", default="")
    parser.add_argument("--keep-reach", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.account:
        become(options.account, keep_reach=options.keep_reach)
    # After the change of account: that would clear it.
    die_with_parent(options.parent, options.signal)
    os.execvp(options.command[0], options.command)  # noqa: S606 - that is this file's purpose


if __name__ == "__main__":
    main()
