"""Sum up the closing lines of pytest, jest and Playwright in a log (standard input).

Prints which tests did not pass, since a log is often kept by its end only; then the closing
lines themselves, and one plain line `N passed, N failed, N skipped`.
"""

from __future__ import annotations

import re
import sys

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

# pytest: "==== 41 passed, 1 skipped in 3.21s ====" (or without the signs, with -q)
PYTEST = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+) in [\d.]+s(?: \([\d:, a-z]+\))? ?=*$")
# jest: "Tests:       1 failed, 2 skipped, 40 passed, 43 total"
JEST = re.compile(r"^Tests: +(.*)$")
# Playwright: a line for each outcome, "  12 passed (1.5m)", "  1 failed"
PLAYWRIGHT = re.compile(r"^ {2}(\d+ (?:passed|failed|flaky|skipped|interrupted|did not run))\b")

# pytest: "FAILED path/test_x.py::test_y[case] - AssertionError: …"
# jest: "  ● suite › test" (once where it happens and once more at the end)
# Playwright, below its closing line: "    [chromium] › tests/x.spec.ts:12:5 › suite › test ───"
NOT_PASSED = (
    re.compile(r"^((?:FAILED|ERROR) \S+\.py(?:::.*)?)$"),
    re.compile(r"^ {2}(● .+ › .+)$"),
    re.compile(r"^ {4}((?:\[\S+\] › )?\S+\.spec\.ts:\d+:\d+ › .+?)[ ─]*$"),
)
PYTEST_REASON = re.compile(r"^E {3,}\S")
"""A line of what pytest says about a failure: without a terminal it cuts what stands beside
the name to nothing, and these come before the names, in the same order."""
WIDTH = 200
"""Characters of such a line that are shown."""
SHOWN = 40
"""Lines about tests that did not pass which are shown, at most: the last ones."""

COUNT = re.compile(r"(\d+) (did not run|\w+)")
OUTCOME = {
    "passed": "passed",
    "xfailed": "passed",
    "flaky": "passed",
    "failed": "failed",
    "error": "failed",
    "errors": "failed",
    "xpassed": "failed",
    "interrupted": "failed",
    "skipped": "skipped",
    "todo": "skipped",
    "did not run": "skipped",
}


def closing_lines(log: str) -> list[tuple[str, str]]:
    """The closing lines in `log`, each with the part of it that has the counts."""
    found = []
    for raw in log.splitlines():
        line = ESCAPES.sub("", raw).rstrip()
        match = PYTEST.match(line) or JEST.match(line) or PLAYWRIGHT.match(line)
        if match:
            found.append((line.strip(" ="), match.group(1)))
    return found


def not_passed(log: str) -> list[str]:
    """The tests in `log` that failed, or passed at a second try only, with reasons; each once."""
    found: dict[str, None] = {}
    for raw in log.splitlines():
        line = ESCAPES.sub("", raw).rstrip()
        if PYTEST_REASON.match(line):
            found.setdefault(line[:WIDTH])
        for pattern in NOT_PASSED:
            match = pattern.match(line)
            if match:
                found.setdefault(match.group(1))
    return list(found)


def main() -> None:
    log = sys.stdin.read()
    names = not_passed(log)
    if len(names) > SHOWN:
        print(f"{len(names) - SHOWN} lines before these are in the log")
    print(*names[-SHOWN:], sep="\n", end="\n" if names else "")
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for line, counts in closing_lines(log):
        print(line)
        for number, word in COUNT.findall(counts):
            if word in OUTCOME:
                totals[OUTCOME[word]] += int(number)
    print(", ".join(f"{number} {outcome}" for outcome, number in totals.items()))


if __name__ == "__main__":
    main()
