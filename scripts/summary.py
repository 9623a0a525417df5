"""Sum up the closing lines of pytest, jest and Playwright in a log (standard input).

Prints the lines themselves, and then one plain line `N passed, N failed, N skipped`.
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


def main() -> None:
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for line, counts in closing_lines(sys.stdin.read()):
        print(line)
        for number, word in COUNT.findall(counts):
            if word in OUTCOME:
                totals[OUTCOME[word]] += int(number)
    print(", ".join(f"{number} {outcome}" for outcome, number in totals.items()))


if __name__ == "__main__":
    main()
