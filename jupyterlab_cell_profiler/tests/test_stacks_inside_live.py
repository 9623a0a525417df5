"""pyinstrument in the place of py-spy in a real kernel, whose event loop runs ``await``."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_cell_profiler.profilers import stack_inside

from .documents import check
from .live import LiveKernel, Run

MISSING = stack_inside.missing()
pytestmark = [pytest.mark.alone, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

MOCK = "__import__('unittest.mock').mock"
WHERE = "jupyterlab_cell_profiler.sampling.spy.impossible"
REFUSE = f"({MOCK}.patch('{WHERE}', lambda: 'No.').start(), 1)[1]"
ALLOW = f"({MOCK}.patch.stopall(), 1)[1]"
BEFORE = """
import asyncio, time
took = []
def work(seconds):
    begin = time.perf_counter()
    while time.perf_counter() < begin + seconds:
        pass
    took.append(time.perf_counter() - begin)
async def later(seconds):
    await asyncio.sleep(0.1)
    work(seconds)
"""


@pytest.fixture
def live(kernel: LiveKernel) -> Iterator[LiveKernel]:
    """A kernel that py-spy may not look into."""
    kernel.run(BEFORE, cell_id="earlier")
    assert kernel.evaluate(REFUSE) == 1
    yield kernel
    assert kernel.evaluate(ALLOW) == 1
    assert kernel.evaluate("int(__import__('sys').getprofile() is None)") == 1
    assert kernel.evaluate("int('built-in' in repr(__import__('sys').getprofile))") == 1


def profile(kernel: LiveKernel, code: str, name: str, **options: Any) -> Run:
    ran = kernel.profile(textwrap.dedent(code).strip("\n"), name, cell_id="cell", **options)
    check(ran.document)
    (run,) = ran.document["profilers"]
    assert run["tool"].startswith("pyinstrument")
    return ran


def seconds_of(ran: Run) -> dict[str, float]:
    """Own seconds of the nodes, by the names of their frames."""
    (found,) = (s for s in ran.document["sections"] if s["kind"] == "stacks")
    seconds: dict[str, float] = {}
    for frame, own in zip(found["nodes"]["frame"], found["nodes"]["self"], strict=True):
        name = found["frames"]["name"][frame]
        seconds[name] = seconds.get(name, 0.0) + own
    return seconds


def took(kernel: LiveKernel) -> float:
    return float(kernel.evaluate("sum(took)"))


@pytest.mark.parametrize("name", ["stacks", "overview"])
def test_a_cell(live: LiveKernel, name: str) -> None:
    ran = profile(live, "work(0.3)\n'shown'", name, chosen={name: {"rate": 100}})
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "'shown'"
    seconds = seconds_of(ran)
    assert set(seconds) <= {"<module>", "work", "perf_counter", "list.append"}
    assert sum(seconds.values()) == pytest.approx(took(live), abs=0.06)
    paths = {file["path"] for file in ran.document["files"]}
    assert all(path.startswith("In [") for path in paths)


@pytest.mark.parametrize("name", ["stacks", "overview"])
def test_top_level_await(live: LiveKernel, name: str) -> None:
    code = "work(0.1)\nawait asyncio.sleep(0.3)\nawait later(0.2)\n'done'"
    # A share of a second is known to a sample or two of each piece.
    ran = profile(live, code, name, chosen={name: {"rate": 100}})
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "'done'"
    seconds = seconds_of(ran)
    assert seconds["(awaiting)"] == pytest.approx(0.4, abs=0.15)
    assert seconds["work"] + seconds["perf_counter"] == pytest.approx(took(live), abs=0.08)


def test_a_task_of_an_earlier_cell_runs_while_the_cell_awaits(live: LiveKernel) -> None:
    live.run("task = asyncio.create_task(later(0.2))", cell_id="task")
    ran = profile(live, "await asyncio.sleep(0.5)", "stacks")
    assert "later" in seconds_of(ran) or "work" in seconds_of(ran)


def test_two_cells_one_after_another(live: LiveKernel) -> None:
    for _ in range(2):
        ran = profile(live, "await asyncio.sleep(0.1)\nwork(0.1)", "stacks")
        assert ran.reply["status"] == "ok"
        assert "work" in seconds_of(ran)


@pytest.mark.skipif(os.name == "nt", reason="an interrupt is another thing on Windows")
@pytest.mark.parametrize("line", ["work(30)", "time.sleep(30)", "await asyncio.sleep(5)"])
def test_an_interrupt(live: LiveKernel, line: str) -> None:
    ran = profile(live, f"work(0.2)\nprint('go', flush=True)\n{line}", "stacks", interrupt="output")
    assert ran.reply["status"] == "error"
    assert ran.document["status"] == "interrupted"
    assert seconds_of(ran)["work"] > 0.01


def test_a_short_cell(live: LiveKernel) -> None:
    ran = profile(live, "work(0.005)", "stacks")
    (run,) = ran.document["profilers"]
    assert any("sample" in note for note in run["notes"][1:])


def test_a_profile_function_of_the_cell(live: LiveKernel) -> None:
    ran = profile(
        live,
        """
        import sys
        seen = []
        sys.setprofile(lambda frame, event, arg: seen.append(event))
        work(0.01)
        sys.setprofile(None)
        len(seen) > 10
        """,
        "stacks",
    )
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "True"
    (run,) = ran.document["profilers"]
    assert stack_inside.OWN_PROFILER in run["notes"]
