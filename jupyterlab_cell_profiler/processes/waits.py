"""What a thread waits for, told from its innermost frames. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

LOCKS = {
    ("threading.py", name)
    for name in ("acquire", "wait", "join", "_wait_for_tstate_lock", "__enter__")
}
LOCKS |= {("queue.py", "get"), ("queue.py", "put"), ("synchronize.py", "__enter__")}
IO = {"selectors.py", "socket.py", "ssl.py", "subprocess.py", "connection.py", "popen_fork.py"}
NATIVE_LOCKS = ("sem_wait", "sem_clockwait", "sem_timedwait", "pthread_cond", "futex")
NATIVE_SLEEPS = ("nanosleep", "clock_nanosleep", "time_sleep")
NATIVE_IO = ("poll", "epoll_wait", "select", "recv", "read", "wait4", "waitpid")
WITH = re.compile(r"\s*with [\w.\[\]'\", ]+:")
"""Without a call: what is waited for at this line itself is a lock in all but name."""


def waits_of(thread: Mapping[str, Any], line: str = "") -> str | None:
    """``lock``, ``sleep``, ``io`` or ``other``; None when the thread works.

    Parameters
    ----------
    thread : of ``py-spy dump --json``
    line : the source line of its innermost Python frame, where it is known
    """
    if thread.get("owns_gil") or thread.get("active"):
        return None
    for frame in list(thread.get("frames") or ())[:4]:
        name = str(frame.get("name")).rpartition(".")[2]
        file = str(frame.get("filename")).replace("\\", "/").rpartition("/")[2]
        if not file.endswith(".py"):
            if name.lstrip("_").startswith(NATIVE_SLEEPS):
                return "sleep"
            if name.lstrip("_").startswith(NATIVE_LOCKS):
                return "lock"
            if name.lstrip("_").startswith(NATIVE_IO):
                return "io"
            continue
        if (file, name) in LOCKS:
            return "lock"
        if file in IO:
            return "io"
        break
    if "sleep(" in line:
        return "sleep"
    words = (".acquire(", ".join(", "lock:")
    if any(word in line for word in words) or WITH.match(line):
        return "lock"
    if any(word in line for word in (".recv(", ".read(", "select(", "input(", ".accept(")):
        return "io"
    return "other"


def deadlock_note(threads: Sequence[Mapping[str, Any]]) -> str | None:
    """A sentence when two threads or more wait for locks and no thread runs.

    Parameters
    ----------
    threads : of a dump of ours, of one process
    """
    stuck = [thread for thread in threads if thread["waits"] == "lock"]
    if len(stuck) < 2 or any(thread["waits"] is None for thread in threads):
        return None
    places = []
    for thread in stuck[:8]:
        # The lines of threading.py are no help: the first frame outside of it is.
        frame = next(
            (f for f in thread["frames"] if not f["file"].endswith(("threading.py", "queue.py"))),
            None,
        )
        place = f" in {frame['file']}, line {frame['line']}" if frame else ""
        places.append(f"{thread['name'] or thread['id']}{place}")
    names = " and ".join(t["name"] or str(t["id"]) for t in stuck[:8])
    verb = "both wait" if len(stuck) == 2 else "all wait"
    return (
        f"{names} {verb} for a lock and no thread runs, which may be a deadlock: "
        f"{'; '.join(places)}."
    )
