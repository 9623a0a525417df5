"""Whether a process still runs."""

from __future__ import annotations


def created(pid: int) -> float | None:
    """When a process began, seconds since the epoch; None when it is gone."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(pid: int, since: float | None = None) -> bool:
    """Whether there is such a process that has not ended.

    Parameters
    ----------
    since : when it began, where that is known: its number may be another's by now
    """
    import psutil

    try:
        process = psutil.Process(pid)
        if since is not None and process.create_time() != since:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
