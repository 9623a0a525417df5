"""``self_time``: what a line takes without the profiled functions that it calls.

Times are sleeps; machines are noisy, so bounds are wide: a sleep of a unit is never
shorter than that, and other lines take less than half of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_cell_profiler.tests.inprocess import Shell, block, blocks, new_shell, values

UNIT = 0.05
SLEEP = f"sleep({UNIT})"


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.run("from time import sleep")
        yield shell


def own(document: dict[str, Any], name: str | None) -> dict[int, float | None]:
    return values(block(document, name), "self_time")


def small(seconds: float | None) -> bool:
    return seconds is not None and seconds < UNIT / 2


def about(seconds: float | None, units: int) -> bool:
    return seconds is not None and units * UNIT * 0.98 <= seconds < (units + 2) * UNIT


def check_of_everything(document: dict[str, Any]) -> None:
    """What holds for every document."""
    wall = next(i for i in document["sections"][0]["items"] if i["name"] == "wall")["value"]
    total = 0.0
    for section in blocks(document):
        times, selves = values(section, "time"), values(section, "self_time")
        per_hit, counts = values(section, "time_per_hit"), values(section, "hits")
        for line, seconds in times.items():
            assert seconds >= 0
            assert per_hit[line] == pytest.approx(seconds / counts[line], rel=1e-6, abs=2e-9)
            if selves[line] is not None:
                assert 0 <= selves[line] <= seconds
                total += selves[line]
    assert total <= wall * 1.05 + 1e-3


def test_line_that_waits_itself(shell: Shell) -> None:
    document = shell.profile(f"{SLEEP}\nx = 1\nfor i in range(2):\n    {SLEEP}").document
    lines = own(document, None)
    assert about(lines[1], 1)
    assert small(lines[2])
    assert about(lines[4], 2)
    check_of_everything(document)


def test_caller_of_one_function(shell: Shell) -> None:
    document = shell.profile(f"def f():\n    {SLEEP}\n    return 1\nx = f()").document
    assert about(values(block(document, None), "time")[4], 1), "time is inclusive"
    assert small(own(document, None)[4])
    assert about(own(document, "f")[2], 1)
    check_of_everything(document)


def test_caller_that_also_works_itself(shell: Shell) -> None:
    document = shell.profile(f"def f():\n    {SLEEP}\nf(); {SLEEP}; {SLEEP}").document
    assert about(own(document, None)[3], 2)
    check_of_everything(document)


def test_chain_of_calls(shell: Shell) -> None:
    document = shell.profile(
        f"def a():\n    {SLEEP}\ndef b():\n    a()\n    {SLEEP}\ndef c():\n    b()\nc()"
    ).document
    assert small(own(document, None)[8])
    assert small(own(document, "c")[7])
    assert small(own(document, "b")[4])
    assert about(own(document, "b")[5], 1)
    assert about(own(document, "a")[2], 1)
    check_of_everything(document)


def test_two_functions_on_one_line(shell: Shell) -> None:
    document = shell.profile(f"def a():\n    {SLEEP}\ndef b():\n    {SLEEP}\nx = a(), b()").document
    assert small(own(document, None)[5])
    check_of_everything(document)


def test_two_callers_cannot_be_told_apart(shell: Shell) -> None:
    document = shell.profile(
        f"def f(n):\n    for i in range(n):\n        {SLEEP}\nf(1)\nf(3)"
    ).document
    lines = own(document, None)
    assert lines[4] is None
    assert lines[5] is None
    assert about(own(document, "f")[3], 4)
    check_of_everything(document)


def test_a_line_that_only_mentions_the_function_is_no_caller(shell: Shell) -> None:
    document = shell.profile(f"def f():\n    {SLEEP}\ng = f\nf()").document
    lines = own(document, None)
    assert small(lines[3])
    assert small(lines[4])
    check_of_everything(document)


def test_recursion(shell: Shell) -> None:
    document = shell.profile(f"def f(n):\n    {SLEEP}\n    if n:\n        f(n - 1)\nf(2)").document
    assert about(own(document, "f")[2], 3)
    assert own(document, "f")[4] is None, "the time of a level is in every level above"
    check_of_everything(document)


def test_method_and_constructor(shell: Shell) -> None:
    document = shell.profile(
        "class A:\n"
        "    def __init__(self):\n"
        f"        {SLEEP}\n"
        "    def work(self):\n"
        f"        {SLEEP}\n"
        "a = A()\n"
        "a.work()"
    ).document
    lines = own(document, None)
    assert about(values(block(document, None), "time")[6], 1)
    assert small(lines[6])
    assert small(lines[7])
    assert about(own(document, "A.__init__")[3], 1)
    assert about(own(document, "A.work")[5], 1)
    check_of_everything(document)


def test_caller_inside_a_comprehension(shell: Shell) -> None:
    document = shell.profile(f"def f(i):\n    {SLEEP}\nx = [f(i) for i in range(2)]").document
    assert about(values(block(document, None), "time")[3], 2)
    assert small(own(document, None)[3])
    check_of_everything(document)


def test_function_of_an_earlier_cell(shell: Shell) -> None:
    shell.run(f"def f():\n    {SLEEP}", "first")
    document = shell.profile("f()\nx = 1").document
    assert small(own(document, None)[1])
    check_of_everything(document)


def test_function_called_by_another_name_stays_with_the_line(shell: Shell) -> None:
    # The line does not mention ``f``, so its time cannot be taken off; it is not lost.
    document = shell.profile(f"def f():\n    {SLEEP}\ng = [f]\ng[0]()").document
    assert about(values(block(document, None), "time")[4], 1)
    assert about(own(document, "f")[2], 1)


def test_suspended_coroutine_is_not_in_its_line(shell: Shell) -> None:
    ran = shell.profile(
        f"import asyncio\nasync def f():\n    await asyncio.sleep({UNIT * 2})\nawait f()"
    )
    assert small(values(block(ran.document, "f"), "time")[3])
    items = {item["name"]: item["value"] for item in ran.document["sections"][0]["items"]}
    assert items["wall"] >= UNIT * 2 * 0.98
    assert items["wait"] >= UNIT
    assert any("suspended" in note for note in ran.notes)


def test_sections_come_hottest_first(shell: Shell) -> None:
    document = shell.profile(
        f"def cold():\n    return 1\ndef hot():\n    {SLEEP}\n    {SLEEP}\ncold(); hot()"
    ).document
    sums = [sum(values(section, "time").values()) for section in blocks(document)]
    assert sums == sorted(sums, reverse=True)
    assert blocks(document)[-1]["name"] == "cold"


def test_totals(shell: Shell) -> None:
    document = shell.profile(
        f"{SLEEP}\nn = 0\nimport time\nend = time.process_time() + {UNIT}\n"
        "while time.process_time() < end:\n    n += 1"
    ).document
    section = document["sections"][0]
    assert section["kind"] == "totals"
    items = {item["name"]: item for item in section["items"]}
    assert list(items) == ["wall", "user", "sys", "wait", "cpu_percent"]
    assert all(item["supported"] and item["help"] for item in items.values())
    wall, user, system = (items[name]["value"] for name in ("wall", "user", "sys"))
    assert wall >= 2 * UNIT * 0.98
    assert user + system >= UNIT * 0.8
    assert items["wait"]["value"] == pytest.approx(max(0, wall - user - system), abs=1e-6)
    assert items["cpu_percent"]["value"] == pytest.approx(100 * (user + system) / wall, rel=1e-3)
