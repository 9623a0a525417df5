"""Arguments of the magics, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_cell_profiler.arguments import ArgumentError, parse_options, parse_profile
from jupyterlab_cell_profiler.drop_in_arguments import LprunArguments, parse_asizeof, parse_lprun
from jupyterlab_cell_profiler.profilers import NAMES

CHOOSE = f"Choose from: {', '.join(NAMES)}."


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("", {}, ""),
        ("   ", {}, ""),
        ("f(1)", {}, "f(1)"),
        ("-r f(1)", {"r": [""]}, "f(1)"),
        ("-rz f(1)", {"r": [""], "z": [""]}, "f(1)"),
        ("-f a f(1)", {"f": ["a"]}, "f(1)"),
        ("-fa f(1)", {"f": ["a"]}, "f(1)"),
        ("-f a -f b.c f(1)", {"f": ["a", "b.c"]}, "f(1)"),
        ("-rfa f(1)", {"r": [""], "f": ["a"]}, "f(1)"),
        ("-rf a f(1)", {"r": [""], "f": ["a"]}, "f(1)"),
        ("-f 'a' f(1)", {"f": ["a"]}, "f(1)"),
        ('-f "a" f(1)', {"f": ["a"]}, "f(1)"),
        ("-f a", {"f": ["a"]}, ""),
        ("-- -r", {}, "-r"),
        ("-f a -- -x", {"f": ["a"]}, "-x"),
        ("- 1", {}, "- 1"),
        ("x -r", {}, "x -r"),
        ("  -f  a   f( 1,  2 )  ", {"f": ["a"]}, "f( 1,  2 )"),
        ("-f a f('-r  -z')", {"f": ["a"]}, "f('-r  -z')"),
        ('-f a f("it\'s")', {"f": ["a"]}, 'f("it\'s")'),
        ("-f a f(1)  # -r", {"f": ["a"]}, "f(1)  # -r"),
        ("-f\ta f(1)", {"f": ["a"]}, "f(1)"),
    ],
)
def test_options(text: str, found: dict[str, list[str]], rest: str) -> None:
    assert parse_options(text, "rz", "fm") == (found, rest)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-x", "There is no option -x."),
        ("-rx f(1)", "There is no option -x."),
        ("--help", "There is no option --."),
        ("-f", "Option -f needs a value."),
        ("-r -f  ", "Option -f needs a value."),
        ("-1", "There is no option -1."),
    ],
)
def test_options_that_are_wrong(text: str, message: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        parse_options(text, "rz", "fm")
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "names", "options", "rest"),
    [
        ("", ["overview"], {}, ""),
        ("lines", ["lines"], {}, ""),
        ("lines lines", ["lines"], {}, ""),
        ("lines f(1)", ["lines"], {}, "f(1)"),
        ("f(1)", ["overview"], {}, "f(1)"),
        ("lines.f(1)", ["overview"], {}, "lines.f(1)"),
        ("-f a f(1)", ["lines"], {"lines": {"functions": ["a"]}}, "f(1)"),
        (
            "lines -f a -m b -f c x = f(1)",
            ["lines"],
            {"lines": {"functions": ["a", "c"], "modules": ["b"]}},
            "x = f(1)",
        ),
        ("  lines   x  =  1 ", ["lines"], {}, "x  =  1"),
        ("--rate 50 f(1)", ["overview"], {"overview": {"rate": 50}}, "f(1)"),
        ("overview --no-native", ["overview"], {"overview": {"native": False}}, ""),
        ("stacks --rate 250 f(1)", ["stacks"], {"stacks": {"rate": 250}}, "f(1)"),
        ("stacks --rate=9 -- -f", ["stacks"], {"stacks": {"rate": 9}}, "-f"),
        (
            "stacks --native --no-idle",
            ["stacks"],
            {"stacks": {"native": True, "idle": False}},
            "",
        ),
        (
            "lines stacks -f a --gil",
            ["lines", "stacks"],
            {"lines": {"functions": ["a"]}, "stacks": {"gil": True}},
            "",
        ),
        ("counters -r 5 f(1)", ["counters"], {"counters": {"repeat": 5}}, "f(1)"),
        ("counters -r5", ["counters"], {"counters": {"repeat": 5}}, ""),
        (
            "counters --events cycles,cs -r 2 f(-r)",
            ["counters"],
            {"counters": {"events": "cycles,cs", "repeat": 2}},
            "f(-r)",
        ),
        (
            "counters -r 2 --events='{cycles,instructions}:u' -- -x",
            ["counters"],
            {"counters": {"events": "{cycles,instructions}:u", "repeat": 2}},
            "-x",
        ),
        (
            "memory counters lines -f a -r 3 f(1)",
            ["memory", "counters", "lines"],
            {
                "memory": {"repeat": 3},
                "counters": {"repeat": 3},
                "lines": {"functions": ["a"]},
            },
            "f(1)",
        ),
    ],
)
def test_profile(text: str, names: list[str], options: dict[str, Any], rest: str) -> None:
    given = parse_profile(text, statement=True)
    assert (given.profilers, given.options, given.statement) == (names, options, rest)
    if not rest:
        assert parse_profile(text, statement=False) == given


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "linez",
            f"There is no profiler 'linez'. {CHOOSE}",
        ),
        (
            "lines linez",
            f"There is no profiler 'linez'. {CHOOSE}",
        ),
        (
            "lines -f a b c",
            f"There is no profiler 'b'. {CHOOSE}",
        ),
        ("-x", "There is no option -x."),
        (
            "stacks --speed",
            "There is no option --speed. Choose from: "
            "--rate, --native, --gil, --idle, --subprocesses, --python-allocators.",
        ),
        ("stacks --rate", "Option --rate needs a whole number of samples a second."),
        ("counters --events", "Option --events needs names of 'perf list', with commas."),
        ("counters -r 0", "Option -r needs a whole number of runs, 1 or more."),
        ("memory -r", "Option -r needs a value."),
        ("lines -r 5", "There is no option -r."),
        ("stacks --rate 1.5", "Option --rate needs a whole number of samples a second."),
        (
            "lines --native",
            "The option --native is one of stacks: write 'stacks' before it.",
        ),
    ],
)
def test_profile_of_a_cell_that_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        parse_profile(text, statement=False)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LprunArguments()),
        ("-f f f(1)", LprunArguments(functions=["f"], statement="f(1)")),
        ("-m a.b f(1)", LprunArguments(modules=["a.b"], statement="f(1)")),
        (
            "-D a.lprof -T a.txt x",
            LprunArguments(pickle_file="a.lprof", text_file="a.txt", statement="x"),
        ),
        ("-T 'a.txt' x", LprunArguments(text_file="a.txt", statement="x")),
        ("-D a -D b x", LprunArguments(pickle_file="b", statement="x")),
        ("-u 1e-3 x", LprunArguments(unit=0.001, statement="x")),
        ("-u1 x", LprunArguments(unit=1.0, statement="x")),
        ("-r -z x", LprunArguments(return_profiler=True, strip_zeros=True, statement="x")),
        ("-s x", LprunArguments(strip_zeros=True, statement="x")),
        ("-rsz x", LprunArguments(return_profiler=True, strip_zeros=True, statement="x")),
    ],
)
def test_lprun(text: str, expected: LprunArguments) -> None:
    assert parse_lprun(text, cell=False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LprunArguments()),
        ("-p", LprunArguments(top_level_only=True)),
        ("-t -r", LprunArguments(keep_time=True, return_profiler=True)),
        (
            "-rzpt",
            LprunArguments(
                strip_zeros=True, return_profiler=True, keep_time=True, top_level_only=True
            ),
        ),
        ("-D a -T b -u 1e-6", LprunArguments(pickle_file="a", text_file="b", unit=1e-6)),
    ],
)
def test_lprun_all(text: str, expected: LprunArguments) -> None:
    assert parse_lprun(text, cell=True) == expected


@pytest.mark.parametrize(
    ("text", "cell", "message"),
    [
        ("-u fast x", False, "Timer unit setting must be a float."),
        ("-u fast", True, "Timer unit setting must be a float."),
        ("-p x", False, "There is no option -p."),
        ("-t x", False, "There is no option -t."),
        ("-f f", True, "There is no option -f."),
        ("-m f", True, "There is no option -m."),
        ("-s", True, "There is no option -s."),
        ("f(1)", True, "%%lprun_all takes options only, not 'f(1)'."),
    ],
)
def test_lprun_that_is_wrong(text: str, cell: bool, message: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        parse_lprun(text, cell=cell)
    assert str(raised.value) == message


# %asizeof, and objects -----------------------------------------------------------------------


def test_asizeof() -> None:
    given = parse_asizeof("-d 3 -s 2.5 -rq {'a': [1, -2]}")
    assert (given.depth, given.seconds) == (3, 2.5)
    assert given.return_size
    assert given.quiet
    assert given.expression == "{'a': [1, -2]}"
    plain = parse_asizeof(" x ")
    assert (plain.depth, plain.seconds, plain.expression) == (1, None, "x")


@pytest.mark.parametrize("text", ["", "-d x y", "-d -1 y", "-s no y", "-s inf y", "-x y", "-d"])
def test_asizeof_that_is_wrong(text: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        parse_asizeof(text)
    assert str(raised.value).endswith((".", "df"))


def test_seconds_of_objects() -> None:
    given = parse_profile("objects --seconds 3 x = 1", statement=True)
    assert given.options == {"objects": {"seconds": 3.0}}
    assert given.statement == "x = 1"
    assert parse_profile("objects", statement=False).options == {}
    for text in ("objects --seconds", "objects --seconds=-1", "stacks --seconds 3"):
        with pytest.raises(ArgumentError):
            parse_profile(text, statement=False)
