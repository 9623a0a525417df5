"""``memory_lines`` beside memray's own ``Tracker`` and memory_profiler, on one function.

The four alternate in one kernel: plain, a bare ``memray.Tracker`` around the call, ours, and
memory_profiler on the same function (once, since it takes some hundred times as long).
Slowdowns are of the call itself: ours is the wall time that the profile says. What a person
waits besides, until the profile is there, is given on its own.
"""

from __future__ import annotations

from statistics import median

from kernel import MIME_TYPE, kernel, save

PAIRS = 7
ROUNDS = 1_000_000
FUNCTION = """
import os, tempfile, time
def step(values, i):
    return values[i % 1000] * 2 + i
def work(rounds):
    values = list(range(1000))
    kept = []
    for i in range(rounds):
        x = step(values, i)
        if i % 100 == 0:
            kept.append(bytearray(2000))
    return len(kept)
"""
RAW = """
import memray
folder = tempfile.mkdtemp()
path = os.path.join(folder, "raw.bin")
destination = memray.FileDestination(path, overwrite=True, compress_on_exit=False)
with memray.Tracker(destination=destination):
    begin = time.perf_counter()
    work({rounds})
    seconds = time.perf_counter() - begin
os.remove(path); os.rmdir(folder)
print(seconds)
"""
PLAIN = "begin = time.perf_counter()\nwork({rounds})\nprint(time.perf_counter() - begin)"
# memory_profiler takes no function of a cell: its check for a file is passed over.
BY_LINE = """
import memory_profiler
profiler = memory_profiler.LineProfiler(backend="psutil")
profiler.code_map[work.__code__] = {{}}
profiler.code_map[step.__code__] = {{}}
profiler.enable()
begin = time.perf_counter()
work({rounds})
seconds = time.perf_counter() - begin
profiler.disable()
print(seconds)
"""
FEW = 2_000


def main() -> None:
    times: dict[str, list[float]] = {"plain": [], "raw": [], "memory_lines": []}
    waited, documents = [], []
    with kernel() as running:
        running.run(FUNCTION)
        call = f"work({ROUNDS})"
        running.run(call, ["memory_lines"])
        for _ in range(PAIRS):
            times["plain"].append(float(running.printed(PLAIN.format(rounds=ROUNDS))))
            times["raw"].append(float(running.printed(RAW.format(rounds=ROUNDS))))
            seconds, bundle = running.run(call, ["memory_lines"])
            documents.append(bundle[MIME_TYPE])
            times["memory_lines"].append(wall(bundle[MIME_TYPE]))
            waited.append(seconds - times["memory_lines"][-1])
        # Both on fewer rounds, as it takes so long.
        few = min(float(running.printed(PLAIN.format(rounds=FEW))) for _ in range(5))
        by_line = float(running.printed(BY_LINE.format(rounds=FEW)))

    def ratio(one: str, other: str) -> float:
        return median(a / b for a, b in zip(times[one], times[other], strict=True))

    ours = ratio("memory_lines", "plain")
    theirs = by_line / few
    save(
        "memory_lines",
        {
            "pairs": PAIRS,
            "median_seconds": {name: round(median(values), 4) for name, values in times.items()},
            "median_ratio": {
                "raw_to_plain": round(ratio("raw", "plain"), 3),
                "memory_lines_to_plain": round(ours, 3),
                "memory_lines_to_raw": round(ratio("memory_lines", "raw"), 3),
                "memory_profiler_to_plain": round(theirs, 1),
            },
            "target_memory_lines_to_raw": 1.1,
            # What is added to the plain run, of the one and of the other.
            "memory_profiler_slowdown_over_ours": round((theirs - 1) / max(ours - 1, 1e-9), 1),
            "target_slowdown_over_ours": 100,
            "median_seconds_to_start_read_and_show": round(median(waited), 3),
            "known_bytes": {
                "expected": (ROUNDS // 100) * 2001,
                "held_by_the_line": held(documents[-1], "kept.append"),
            },
        },
    )


def wall(document: dict) -> float:
    return next(
        item["value"]
        for section in document["sections"]
        if section["kind"] == "totals"
        for item in section["items"]
        if item["name"] == "wall"
    )


def held(document: dict, text: str) -> int:
    """Bytes at the peak of the lines with a text."""
    found = 0
    for section in document["sections"]:
        if section["kind"] != "lines":
            continue
        file = document["files"][section["file"]]
        values = next(c["values"] for c in section["columns"] if c["name"] == "memory_peak")
        for line, value in zip(section["lines"], values, strict=True):
            if text in file["source"][line - file.get("firstLine", 1)]:
                found += value
    return found


if __name__ == "__main__":
    main()
