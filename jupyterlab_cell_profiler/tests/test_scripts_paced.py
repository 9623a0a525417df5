"""Output of scripts at a pace that a server passes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from jupyterlab_cell_profiler.scripts.paced import BURST, KEPT, PAUSE, RATE, Paced

LINE = b"x" * 99 + b"\n"


class Time:
    """A clock that a test moves on, and what is to be done later."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, function: Callable[[], None]) -> Callable[[], None]:
        entry = (self.now + seconds, function)
        self.due.append(entry)
        return lambda: self.due.remove(entry)

    def pass_(self, seconds: float) -> None:
        end = self.now + seconds
        while self.due and min(self.due)[0] <= end:
            entry = min(self.due, key=lambda each: each[0])
            self.due.remove(entry)
            self.now = max(self.now, entry[0])
            entry[1]()
        self.now = end


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def sent() -> list[tuple[float, str, bytes]]:
    return []


@pytest.fixture
def paced(clock: Time, sent: list[tuple[float, str, bytes]]) -> Paced:
    return Paced(
        lambda name, data: sent.append((clock.now, name, data)),
        clock=lambda: clock.now,
        later=clock.later,
    )


def test_the_first_line_comes_at_once_and_the_next_ones_together(paced, clock, sent):
    paced("stdout", b"one\n")
    paced("stdout", b"two\n")
    paced("stderr", b"oh\n")
    paced("stdout", b"three\n")
    assert [data for _, _, data in sent] == [b"one\n"]
    clock.pass_(2 * PAUSE)
    assert [(name, data) for _, name, data in sent[1:]] == [
        ("stdout", b"two\n"),
        ("stderr", b"oh\n"),
        ("stdout", b"three\n"),
    ]
    assert not clock.due


def test_what_waits_comes_before_the_end(paced, clock, sent):
    paced("stdout", b"one\n")
    paced("stdout", b"two\n")
    paced.close()
    assert b"".join(data for _, _, data in sent) == b"one\ntwo\n"
    assert not clock.due


def test_moderate_output_is_passed_on_whole(paced, clock, sent):
    for _ in range(200):
        paced("stdout", LINE * 100)  # 10 kB, 200 kB/s
        clock.pass_(0.05)
    paced.close()
    assert b"".join(data for _, _, data in sent) == LINE * 20_000


def test_of_fifty_megabytes_the_end_comes_and_no_second_has_too_much(paced, clock, sent):
    for _ in range(500):
        paced("stdout", LINE * 1000)  # 100 kB, 10 MB/s
        clock.pass_(0.01)
    paced("stdout", b"the end\n")
    paced.close()
    whole = b"".join(data for _, _, data in sent)
    assert whole.endswith(LINE + b"the end\n")
    assert b"bytes of output are left out here]\n" in whole
    # Lines are whole, but for the words on what is left out.
    lines = {line for line in whole.splitlines() if b"left out" not in line}
    assert lines == {LINE[:-1], b"", b"the end"}
    for start, _, _ in sent:
        size = sum(len(data) for at, _, data in sent if start <= at < start + 3)
        # A window of a server's count, with room for the profile.
        assert size <= BURST + 3 * RATE + KEPT + 1000 < 2_000_000
    left_out = sum(
        int(line.split()[0][1:].replace(b",", b""))
        for line in whole.splitlines()
        if b"left out" in line
    )
    printed = 50_000_000 + len(b"the end\n")
    kept = sum(len(line) for line in whole.splitlines(keepends=True) if len(line) == 100)
    assert left_out + kept + len(b"the end\n") == printed


def test_a_quiet_script_gets_what_it_printed_before(paced, clock, sent):
    paced("stdout", LINE * 3000)
    paced("stdout", LINE * 3000)
    clock.pass_(5)
    assert sent[-1][2].endswith(LINE)
    assert not clock.due


def test_bytes_of_one_line_are_cut_too(paced, clock, sent):
    for _ in range(30):
        paced("stderr", b"y" * 100_000)
    paced.close()
    assert sum(len(data) for _, _, data in sent) < 1_000_000


def test_nothing_stays_behind():
    before = threading.active_count()
    sent: list[bytes] = []
    paced = Paced(lambda _, data: sent.append(data))
    paced("stdout", b"one\n")
    paced("stdout", b"two\n")
    paced.close()
    paced.close()
    deadline = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
    assert b"".join(sent) == b"one\ntwo\n"


def test_real_time_brings_what_waits():
    sent: list[bytes] = []
    paced = Paced(lambda _, data: sent.append(data))
    paced("stdout", b"one\n")
    paced("stdout", b"two\n")
    deadline = time.monotonic() + 30
    while len(sent) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sent == [b"one\n", b"two\n"]
    paced.close()
