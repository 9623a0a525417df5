"""What events are called and what they mean, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "cycles": (
        "Cycles",
        "Ticks of the processors while they worked for this run. More of them at the same work "
        "means that they waited inside, mostly for memory.",
    ),
    "instructions": (
        "Instructions",
        "Steps that the processors carried out. The same program needs about as many each time, "
        "however busy the machine is.",
    ),
    "cache_references": (
        "Cache references",
        "How often data was asked of the last cache before the memory.",
    ),
    "cache_misses": (
        "Cache misses",
        "How often that cache did not have it, and the memory was asked: some hundred cycles each.",
    ),
    "branches": (
        "Branches",
        "How often the program came to a fork: an if, the end of a loop, a call.",
    ),
    "branch_misses": (
        "Branch misses",
        "How often the processor guessed the way wrongly, and had to throw work away: some "
        "fifteen cycles each.",
    ),
    "task_clock": (
        "Task clock",
        "Time that processors worked for this run, of all threads and of processes that it began. "
        "Above the wall time, several were busy at once.",
    ),
    "faults": (
        "Page faults",
        "Pages of memory that were not there when they were touched, minor and major ones, also "
        "in processes that the run began.",
    ),
    "cs": (
        "Context switches",
        "How often a processor went from one thread to another one, also in processes that the "
        "run began.",
    ),
    "migrations": (
        "Migrations",
        "How often a thread went on with another processor: what the caches held of it is lost.",
    ),
}
