"""A profile behind very much output waits until a server passes it on."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jupyterlab_cell_profiler.flood import MARGIN, WINDOW, Flood

from .live import LiveKernel


class Session:
    """What is used of jupyter_client's."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, stream: Any, message: Any, content: Any = None, **more: Any) -> Any:
        self.sent.append((message, content))
        return message


class Shell:
    def __init__(self, session: Any) -> None:
        self.display_pub = type("Publisher", (), {"session": session})()


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Time:
    return Time()


def flood_of(session: Any, clock: Time) -> Flood:
    return Flood(Shell(session), clock=lambda: clock.now, sleep=clock.sleep)


def printed(session: Any, size: int) -> None:
    session.send(None, "stream", {"name": "stdout", "text": "x" * size}, parent={})


def test_little_output_is_waited_for_by_nobody(clock: Time) -> None:
    session = Session()
    flood = flood_of(session, clock)
    flood.install()
    printed(session, 1_000_000)
    session.send(None, "display_data", {"data": {"image/png": "x" * 5_000_000}})
    flood.uninstall()
    flood.settle()
    assert clock.now == 100.0
    assert [message for message, _ in session.sent] == ["stream", "display_data"]
    assert "send" not in vars(session)


def test_much_output_is_waited_for_as_long_as_it_counts(clock: Time) -> None:
    session = Session()
    flood = flood_of(session, clock)
    flood.install()
    printed(session, 1_000_000)
    clock.now += 1.0
    printed(session, 1_000_000)
    clock.now += 1.0
    flood.uninstall()
    flood.settle()
    # The first megabyte is forgotten then, and the second one is little enough.
    assert clock.now == pytest.approx(100.0 + WINDOW + MARGIN)


def test_very_many_messages_are_waited_for(clock: Time) -> None:
    session = Session()
    flood = flood_of(session, clock)
    flood.install()
    for _ in range(2000):
        session.send(None, {"header": {"msg_type": "update_display_data"}}, {})
    session.send(None, "status", {"execution_state": "busy"})
    flood.uninstall()
    flood.settle()
    assert clock.now == pytest.approx(100.0 + WINDOW + MARGIN)


def test_an_interrupt_ends_the_waiting() -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    session = Session()
    flood = Flood(Shell(session), sleep=interrupted)
    flood.install()
    printed(session, 9_000_000)
    flood.uninstall()
    flood.settle()


def test_a_shell_without_a_session_is_left_alone() -> None:
    flood = Flood(Shell(None))
    flood.install()
    flood.uninstall()
    flood.settle()


def test_a_real_kernel_waits(kernel: LiveKernel) -> None:
    kernel.arm("the-cell", "lines")
    began = time.monotonic()
    run = kernel.run("for _ in range(60):\n    print('x' * 100_000)", cell_id="the-cell")
    assert time.monotonic() - began > WINDOW
    assert run.document["status"] == "ok"
    outputs = [message for message in run.messages if message.type != "status"]
    assert outputs[-1].document is not None, "it comes last"
    text = "".join(m.content["text"] for m in run.messages if m.type == "stream")
    assert len(text) == 60 * 100_001
    asked = kernel.run("print('send' in vars(get_ipython().display_pub.session))")
    assert asked.text("stdout") == "False\n"
