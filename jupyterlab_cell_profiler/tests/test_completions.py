"""What a person is offered after our magics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_cell_profiler import completions, profilers
from jupyterlab_cell_profiler.completions import candidates
from jupyterlab_cell_profiler.profilers.counter_list import known_events, names_in
from jupyterlab_cell_profiler.profilers.counter_perf import impossible

LISTED = """
List of pre-defined events (to be used in -e or -M):

  branch-instructions OR branches                    [Hardware event]
  L1-dcache-load-misses                              [Hardware cache event]
  cpu-migrations OR migrations                       [Software event]
  duration_time                                      [Tool event]
  msr/tsc/                                           [Kernel PMU event]
  rNNN                                               [Raw hardware event descriptor]
  mem:<addr>[/len][:access]                          [Hardware breakpoint]
  block:block_rq_issue                               [Tracepoint event]

Metric Groups:

"""
EVENTS = names_in(LISTED)


def offered(line: str) -> list[str]:
    return candidates(line, lambda: EVENTS)


def never() -> Sequence[str]:
    raise AssertionError("nobody wants events")


def test_events_are_read_as_perf_lists_them() -> None:
    assert EVENTS == [
        "branch-instructions",
        "branches",
        "L1-dcache-load-misses",
        "cpu-migrations",
        "migrations",
        "duration_time",
        "msr/tsc/",
        "block:block_rq_issue",
    ]
    assert names_in("") == names_in("perf: command not found") == []


def test_the_events_of_this_machine_are_known() -> None:
    if impossible() is not None:
        assert known_events() == ()
    else:
        assert {"task-clock", "cs", "page-faults"} <= set(known_events())


def test_profilers_come_first() -> None:
    assert candidates("%%profile ", never)[: len(profilers.NAMES)] == list(profilers.NAMES)
    assert candidates("%%profile cou", never)[: len(profilers.NAMES)] == list(profilers.NAMES)
    assert candidates("%profile", never)[0] == "overview"


def test_what_cannot_go_together_is_not_offered() -> None:
    assert "functions" not in offered("%%profile lines ")
    assert "counters" in offered("%%profile lines ")
    assert "lines" not in offered("%%profile lines ")
    assert {"stacks", "memory"}.isdisjoint(offered("%%profile overview "))
    for name in profilers.NAMES:
        for other in set(offered(f"%%profile {name} ")) & set(profilers.NAMES):
            both = profilers.problem([name, other])
            assert both in (profilers.get(name).unavailable(), profilers.get(other).unavailable())


def test_options_are_those_of_the_profilers() -> None:
    assert offered("%%profile lines -")[-2:] == ["-f", "-m"]
    assert "--events" in offered("%%profile counters ")
    assert "--events" not in offered("%%profile lines ")
    assert offered("%%profile counters -r 3 --") == []  # 3 may be the statement's, too.
    assert offered("%%profile stacks --native --") == [
        "--rate",
        "--no-idle",
        "--gil",
        "--subprocesses",
    ]


@pytest.mark.parametrize("name", sorted(completions.OPTIONS))
def test_every_option_that_is_offered_is_read(name: str) -> None:
    from jupyterlab_cell_profiler.arguments import parse_profile

    values = {"--rate": "50", "--seconds": "1", "--events": "cs", "-r": "2", "-f": "f", "-m": "m"}
    for option in completions.OPTIONS[name]:
        given = parse_profile(f"{name} {option} {values.get(option, '')}", statement=False)
        assert given.profilers == [name]
        assert given.options[name]


def test_events_are_offered_after_their_option_only() -> None:
    assert "branches" in offered("%%profile counters --events br")
    assert "branches" not in offered("%%profile counters --events=branches,mig")
    assert "migrations" in offered("%%profile counters --events=branches,mig")
    assert candidates("%%profile lines --events br", never) == ["-f", "-m"]


def test_the_rest_of_a_name_in_parts_is_offered() -> None:
    assert offered("%%profile counters --events block:bl") == ["block_rq_issue"]
    assert offered("%%profile counters --events msr/t") == ["tsc/"]


def test_a_statement_is_left_alone() -> None:
    assert candidates("%profile lines solve", never) != []
    assert candidates("%profile lines solve(3) ", never) == []


@pytest.fixture
def shell() -> Iterator[Any]:
    shell = InteractiveShell()
    yield shell
    InteractiveShell.clear_instance()


def test_ipython_asks_and_forgets(shell: Any) -> None:
    def others(_: Any, event: Any) -> list[str]:
        return ["others"]

    shell.set_hook("complete_command", others, str_key="%profile")
    shell.run_line_magic("load_ext", "jupyterlab_cell_profiler")
    try:
        assert shell.complete("", "%%profile cou", 13)[1] == ["counters"]
        assert "memory_lines" in shell.complete("", "%%profile mem", 13)[1]
    finally:
        shell.run_line_magic("unload_ext", "jupyterlab_cell_profiler")
    known = shell.strdispatchers["complete_command"].strs
    assert "%%profile" not in known
    assert [hook.__func__ for _, hook in known["%profile"]] == [others]
