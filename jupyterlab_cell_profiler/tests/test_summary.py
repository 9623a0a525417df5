"""The closing lines of `.ci/run` name what did not pass, and count all runners together."""

from __future__ import annotations

import subprocess
import sys

from .live import ROOT

LOG = """
......F
_________ test_b[a case] _________
>       assert 1 == 2
E       assert 1 == 2
FAILED jupyterlab_cell_profiler/tests/test_a.py::test_b[a case] - assert 1 == 2
ERROR jupyterlab_cell_profiler/tests/test_c.py
= 1 failed, 5088 passed, 11 skipped, 1 deselected, 1 error in 1533.46s (0:25:33) =
  ● table › sorts by time

    expect(received)
  ● table › sorts by time
Tests:       1 failed, 2 skipped, 40 passed, 43 total
\x1b[31m  1 failed\x1b[39m
    [chromium] › tests/where.spec.ts:12:5 › where › shows the line ─────────
  1 flaky
    [chromium] › tests/flame.spec.ts:3:1 › zooms
  12 passed (1.5m)
"""


def test_what_did_not_pass_is_named_once_and_all_is_counted() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "summary.py"],
        input=LOG,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.splitlines() == [
        "E       assert 1 == 2",
        "FAILED jupyterlab_cell_profiler/tests/test_a.py::test_b[a case] - assert 1 == 2",
        "ERROR jupyterlab_cell_profiler/tests/test_c.py",
        "● table › sorts by time",
        "[chromium] › tests/where.spec.ts:12:5 › where › shows the line",
        "[chromium] › tests/flame.spec.ts:3:1 › zooms",
        "1 failed, 5088 passed, 11 skipped, 1 deselected, 1 error in 1533.46s (0:25:33)",
        "Tests:       1 failed, 2 skipped, 40 passed, 43 total",
        "1 failed",
        "1 flaky",
        "12 passed (1.5m)",
        "5141 passed, 4 failed, 13 skipped",
    ]


def test_a_log_without_failures_has_no_names() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "summary.py"],
        input="=== 41 passed, 1 skipped in 3.21s ===\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout == "41 passed, 1 skipped in 3.21s\n41 passed, 0 failed, 1 skipped\n"
