"""``objects`` and ``%asizeof``: pympler's numbers, and nothing of a person's code."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import fractions
import gc
import json
import signal
import subprocess
import sys
import time
import types
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pytest

from jupyterlab_cell_profiler.profilers.object_namespace import Measured, measure, variables
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, new_shell


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        yield shell


def found(*values: Any, seconds: float | None = None, **named: Any) -> Measured:
    pairs = [*((f"v{i}", value) for i, value in enumerate(values)), *named.items()]
    return measure(pairs, seconds, depth=6)


def size(value: Any) -> int:
    row = found(value).rows[0]
    assert not row.partial
    return row.size


def section(ran: Ran) -> dict[str, Any]:
    (found,) = (s for s in ran.document["sections"] if s["kind"] == "objects")
    return found


def roots(ran: Ran) -> dict[str, dict[str, Any]]:
    """The rows of the variables, by name."""
    columns = {k: v for k, v in section(ran).items() if k != "kind"}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return {row["name"]: row for row in rows if row["parent"] == -1}


def totals(ran: Ran) -> dict[str, Any]:
    return {
        item["name"]: item["value"]
        for s in ran.document["sections"]
        if s["kind"] == "totals"
        for item in s["items"]
    }


# Equal to pympler ------------------------------------------------------------------------


class Plain:
    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


class Slots:
    __slots__ = ("__private", "one", "unset")

    def __init__(self) -> None:
        self.one = [1, 2, 3000]
        self.__private = "p" * 50


class SlotsAndDict(Slots):
    def __init__(self) -> None:
        super().__init__()
        self.more = {"a": "b" * 40}


class Fallback:
    """Like most classes with ``__getattr__``: it has no such attributes."""

    def __init__(self) -> None:
        self.data = ["x" * 100]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class ListOfMine(list):  # type: ignore[type-arg]
    pass


class DictOfMine(dict):  # type: ignore[type-arg]
    def __len__(self) -> int:
        return super().__len__()


class Sized:
    def __sizeof__(self) -> int:
        return 123_456


class Point(NamedTuple):
    x: float
    y: list[int]


@dataclass
class Data:
    name: str
    values: list[float]


class Colour(enum.Enum):
    RED = "red"


def nested(depth: int) -> Any:
    return [nested(depth - 1), depth * 1000] if depth else {}


def cycle() -> Any:
    value: list[Any] = [1000, {}]
    value[1]["self"] = value
    return value


def generator() -> Iterator[int]:
    held = list(range(1000, 1100))
    yield from held


def started() -> Iterator[int]:
    value = generator()
    next(value)
    return value


shared = ["s" * 1000]
KINDS: dict[str, Any] = {
    "None": None,
    "bool": True,
    "int": 10**40,
    "float": 1.5,
    "complex": 1 + 2j,
    "str": "text",
    "str beyond ASCII": "ä€😀" * 10,
    "bytes": b"x" * 1000,
    "bytearray": bytearray(1000),
    "memoryview": memoryview(b"abc"),
    "range": range(1000),
    "slice": slice(1, 100, 2),
    "list": [1, 2.0, "three", [4]],
    "long list": [float(i) for i in range(5000)],
    "tuple": (1, ("a", "b"), ()),
    "set": {1, "a", (2, 3)},
    "frozenset": frozenset(range(1000, 3000)),
    "dict": {"a": 1, 2: [3], (4, 5): {"b": None}},
    "large dict": {f"key {i}": [i] for i in range(3000)},
    "ordered dict": collections.OrderedDict(a=[1], b="c"),
    "default dict": collections.defaultdict(list, a=[1000]),
    "counter": collections.Counter("abracadabra"),
    "deque": collections.deque([1000, 2000]),
    "chain map": collections.ChainMap({"a": [1]}, {"b": [2]}),
    "array": array.array("d", range(100)),
    "instance": Plain(a=1, b=["c"], d=Plain(e="f" * 30)),
    "slots": Slots(),
    "slots and dict": SlotsAndDict(),
    "instance with __getattr__": Fallback(),
    "list of a class": ListOfMine([1, 2, "x"]),
    "dict of a class": DictOfMine(a=[1], b=2),
    "__sizeof__": Sized(),
    "named tuple": Point(1.5, [1, 2]),
    "dataclass": Data("n", [0.1, 0.2]),
    "enum": Colour.RED,
    "exception": ValueError("why", [1, 2]),
    "function": lambda: shared,
    "class": Plain,
    "module": types.ModuleType("m", "a doc string"),
    "weakref": weakref.ref(gc.callbacks.__class__ and Slots),
    "generator": started(),
    "iterator": iter([1000, 2000, 3000]),
    "property": property(lambda self: None),
    "mapping proxy": types.MappingProxyType({"a": [1, 2]}),
    "simple namespace": types.SimpleNamespace(a=[1], b="c"),
    "date": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
    "decimal": decimal.Decimal("1.5"),
    "fraction": fractions.Fraction(1, 3),
    "path": PurePosixPath("/a/b"),
    "shared twice": [shared, shared, {"s": shared}],
    "cycle": cycle(),
    "deep": nested(60),
    "deeper than pympler goes": nested(300),
}


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_are_pymplers(kind: str) -> None:
    from pympler.asizeof import asizeof

    assert size(KINDS[kind]) == asizeof(KINDS[kind])


def test_sizes_of_all_together_are_pymplers() -> None:
    from pympler.asizeof import asizesof

    inner = ["x" * 500, 3.25]
    small = {"n": 1, "text": "a"}
    values = {
        "a": [inner, 5],
        "inner": inner,
        "b": {"inner": inner, "own": "y" * 300},
        "alias": inner,
        "small": small,
        "c": [1, "text", None],
        "five": 5,
    }
    got = found(**values).own
    expected = dict(zip(values, asizesof(*values.values()), strict=True))
    assert expected.pop("alias") == expected["inner"], "pympler gives both, and counts one"
    assert got.pop("alias") == 0
    assert got == expected


def test_the_magic_says_what_pympler_says(shell: Shell) -> None:
    from pympler.asizeof import asized, asizeof

    shell.run("value = {'a': [1.5, 2.5], 'b': 'x' * 100, 'c': {}}")
    ran = shell.run("%asizeof value")
    value = shell.ns["value"]
    plain = ran.bundle["text/plain"]
    assert plain.startswith(f"{asizeof(value)} bytes, ")
    assert f"value size={asizeof(value)} flat={asized(value).flat}" in plain
    text = asizeof(value["b"])
    assert f"    ['b'] size={text} flat={text}" in plain
    assert ran.document["title"] == "Objects of value"
    assert ran.document["target"] == {
        "kind": "statement",
        "source": "value",
        "sourceHash": ran.document["target"]["sourceHash"],
    }
    assert totals(ran)["total_size"] == asizeof(value)
    check(ran.document)


def test_options_of_the_magic(shell: Shell) -> None:
    shell.run("value = [['deep']]")
    assert "[0]" not in shell.run("%asizeof -d 0 value").bundle["text/plain"]
    assert "        [0] size" in shell.run("%asizeof -d 2 value").bundle["text/plain"]
    ran = shell.run("size = %asizeof -q -r value")
    assert ran.outputs == []
    assert shell.ns["size"] == size([["deep"]])
    for line in ("%asizeof", "%asizeof -d x value", "%asizeof -s 0 value", "%asizeof --what x"):
        assert shell.run(line).error is not None, line
    assert type(shell.run("%asizeof 1 / 0").error) is ZeroDivisionError


# The namespace ---------------------------------------------------------------------------

CELL = """\
class Thing:
    pass
import json
def function():
    return 1
big = list(range(1000, 6000))
small = [0]
_own = 1
grown.extend(['text'] * 1000)
del gone
1 + 1"""


def test_what_a_cell_added(shell: Shell) -> None:
    shell.run("grown = ['a']\nsame = 'y' * 5000\ngone = 'x' * 10000")
    ran = shell.run(f"%%profile objects\n{CELL}")
    check(ran.document)
    assert ran.error is None
    assert ran.result.result == 2
    rows = roots(ran)
    assert set(rows) == {"grown", "same", "big", "small", "_own"}
    assert next(iter(rows)) == "big", "the largest first"
    assert rows["big"]["added"] == rows["big"]["size"] == size(shell.ns["big"])
    assert rows["same"]["added"] == 0
    assert 8000 <= rows["grown"]["added"] < rows["grown"]["size"]
    found = totals(ran)
    assert found["total_size"] == sum(r["size"] - (r.get("shared") or 0) for r in rows.values())
    added = sum(r["added"] for r in rows.values())
    assert found["added_size"] == added - size("x" * 10000)
    assert ran.document["title"] == "Objects"
    assert "big: list" in ran.bundle["text/plain"]


def test_the_button_and_the_statement_do_the_same(shell: Shell) -> None:
    from jupyterlab_cell_profiler.kernel import Request

    assert shell.profiler.arm("c", Request(["objects"])) is None
    assert roots(shell.run("a = 'x' * 1000", "c"))["a"]["added"] == size("x" * 1000)
    ran = shell.run("%profile objects b = 'y' * 2000")
    assert roots(ran)["b"]["added"] == size("y" * 2000)
    assert roots(ran)["a"]["added"] == 0


def test_it_is_not_the_time_of_the_cell(shell: Shell) -> None:
    shell.run("held = [float(i) for i in range(300000)]")
    began = time.perf_counter()
    ran = shell.run("%%profile objects\nx = 1")
    assert time.perf_counter() - began > 10 * totals(ran)["wall"]
    assert totals(ran)["wall"] < 0.05


def test_names_of_ipython_are_not_there(shell: Shell) -> None:
    shell.run("1")
    shell.run("import math\nx = [1]\n[x]")
    assert {name for name, _ in variables(shell.ns)} == {"x"}


def test_with_other_profilers(shell: Shell) -> None:
    ran = shell.run("%%profile objects lines\nx = [1]\ny = 2")
    kinds = [s["kind"] for s in ran.document["sections"]]
    assert {"totals", "lines", "objects"} <= set(kinds)
    assert ran.document["title"] == "Objects + Lines"


@pytest.mark.parametrize("code", ["x = (", "  x = 1\n y = 2"])
def test_nothing_ran_nothing_is_measured(shell: Shell, code: str) -> None:
    assert shell.run(f"%%profile objects\n{code}").document["sections"] == []


def test_after_an_error(shell: Shell) -> None:
    ran = shell.run("%%profile objects\nx = [1] * 100\n1 / 0")
    assert ran.document["status"] == "error"
    assert "x" in roots(ran)


def test_options_are_checked(shell: Shell) -> None:
    assert "above 0" in str(shell.run("%%profile objects --seconds none\nx = 1").error)
    shell.run("%%profile objects --seconds 2.5\nx = 1")
    ran = shell.run("%%profile objects --seconds=2.5\nx = 1")
    assert ran.document["profilers"][0]["options"] == {"seconds": 2.5}


# Code of a person ------------------------------------------------------------------------

LAZY = """\
ran = []
class Lazy:
    def __init__(self):
        object.__setattr__(self, 'held', 'x' * 1000)
    def __getattribute__(self, name):
        ran.append(name)
        raise RuntimeError(name)
    def __getattr__(self, name):
        ran.append(name)
        return self
    def _load(self, *args):
        ran.append('load')
        raise RuntimeError
    __class__ = __dict__ = property(_load)
    dtype = nbytes = itemsize = shape = base = T = property(_load)
    __len__ = __iter__ = __repr__ = __str__ = __sizeof__ = __array__ = _load
    __eq__ = __hash__ = __bool__ = __call__ = __getitem__ = __contains__ = _load
    items = keys = values = mro = _load
class Meta(type):
    def __getattribute__(self, name):
        ran.append(name)
        return type.__getattribute__(self, name)
    def __getattr__(self, name):
        ran.append(name)
        raise AttributeError(name)
    def mro(self):
        return type.mro(self)
class OfMeta(metaclass=Meta):
    __slots__ = ('unset', 'other', '__dict__')
    def __getattr__(self, name):
        ran.append(name)
        return 1
class Table(dict):
    def items(self):
        ran.append('items')
        return []
    __len__ = __iter__ = __contains__ = __getitem__ = keys = values = items
class Pair(tuple):
    _fields = ('a',)
    def __iter__(self):
        ran.append('iter')
        return iter(())
    __len__ = __getitem__ = __iter__
class Failure(Exception):
    def __getattr__(self, name):
        ran.append(name)
        return 1
class Modules(__import__('types').ModuleType):
    def __getattribute__(self, name):
        ran.append(name)
        return super().__getattribute__(name)
class Numbers(__import__('array').array):
    def __len__(self):
        ran.append('len')
        return 3
    itemsize = property(__len__)
module = Modules('m')
numbers = Numbers('d', [1, 2])
lazy = Lazy()
inside = [lazy, {'key': lazy}, Lazy()]
of_meta = OfMeta()
table = Table(a='x' * 100)
pair = Pair(['y' * 100])
failure = Failure('why')
proxy = __import__('types').MappingProxyType(table)
del ran[:]
"""


def test_no_code_of_a_person_runs(shell: Shell) -> None:
    shell.run(LAZY)
    assert shell.ns["ran"] == []
    ran = shell.run("%%profile objects\nx = 1")
    assert shell.ns["ran"] == [], "of a lazy object"
    rows = roots(ran)
    assert {"lazy", "inside", "of_meta", "table", "pair", "failure"} <= set(rows)
    assert rows["table"]["size"] > 100
    assert rows["pair"]["size"] > 100
    shell.run("%asizeof module")
    shell.run("%asizeof [lazy, numbers, table, pair, of_meta, failure]")
    assert shell.ns["ran"] == []


def test_sizeof_that_raises(shell: Shell) -> None:
    shell.run(
        "class Bad:\n    def __init__(self): self.held = 'x' * len(range(1000))\n"
        "    def __sizeof__(self): raise ValueError('no')\n"
        "    __repr__ = __str__ = __sizeof__\n"
        "bad = Bad()\nmany = [bad, Bad(), {Bad(): bad}]"
    )
    ran = shell.run("%%profile objects\nx = 1")
    rows = roots(ran)
    assert rows["bad"]["size"] > 1000
    assert rows["many"]["size"] > 3000
    assert any("__sizeof__ of Bad raised an error" in note for note in ran.notes)
    assert shell.run("%asizeof bad").document["status"] == "ok"


def test_keys_are_not_turned_into_text(shell: Shell) -> None:
    shell.run(
        "class Key:\n    def __repr__(self): raise ValueError\n    __str__ = __repr__\n"
        "keyed = {Key(): 'x' * 1000, 'a': 1, (1, 'b'): 2, 10 ** 9999: 3}"
    )
    names = section(shell.run("%asizeof keyed"))["name"]
    assert "[Key]" in names
    assert "[(1, 'b')]" in names or "[int]" in names


# Bounds ----------------------------------------------------------------------------------


def test_a_million_elements(shell: Shell) -> None:
    shell.run("many = list(range(10**6))\nmany[7] = 'x' * 10000\ntable = dict.fromkeys(many, 0)")
    ran = shell.run("%%profile objects --seconds 60\nx = 1")
    assert roots(ran)["many"]["count"] > 999_000
    names = section(ran)["name"]
    assert "[7]" in names, "the one that stands out"
    assert "(999,999 other elements)" in names
    assert len(json.dumps(ran.document)) < 20_000


def test_a_namespace_of_many_names(shell: Shell) -> None:
    shell.run("for i in range(3000):\n    globals()[f'variable_{i:04}'] = [str(i) * 100] * 50")
    ran = shell.run("%%profile objects --seconds 60\nx = 1")
    rows = section(ran)
    assert len(rows["name"]) <= 500
    assert len(json.dumps(ran.document)) < 100_000
    own = [
        (size or 0) - (shared or 0)
        for size, shared, parent in zip(
            rows["size"], rows.get("shared", [0] * len(rows["size"])), rows["parent"], strict=True
        )
        if parent == -1
    ]
    assert sum(own) == totals(ran)["total_size"], "other rows keep the sum"


def test_sums_hold_in_the_tree(shell: Shell) -> None:
    shell.run("value = {f'k{i}': [j * 1000 for j in range(i)] for i in range(100)}")
    rows = section(shell.run("%asizeof value"))
    below = [0] * len(rows["name"])
    for index, parent in enumerate(rows["parent"]):
        assert parent < index
        if parent >= 0:
            below[parent] += rows["size"][index]
    for index, inside in enumerate(below):
        if inside:
            assert rows["flat"][index] + inside == rows["size"][index], rows["name"][index]


def test_time_is_bounded() -> None:
    huge = [[float(i)] for i in range(400_000)]
    began = time.perf_counter()
    got = found(first=[1], huge=huge, last="x" * 100, seconds=0.1)
    assert time.perf_counter() - began < 1.0
    rows = {row.name: row for row in got.rows if row.parent == -1}
    assert got.ended == "time"
    assert rows["huge"].partial
    assert sys.getsizeof(huge) < rows["huge"].size
    assert not rows["first"].partial
    assert not rows["last"].partial, "one that is huge leaves time for those after it"


def test_what_was_not_measured_is_said(shell: Shell) -> None:
    shell.run("one = [[float(i)] for i in range(300_000)]\ntwo = [float(i) for i in range(9)]")
    ran = shell.run("%%profile objects --seconds 0.05\nx = 1")
    check(ran.document)
    assert any("for measuring were up" in note and "one" in note for note in ran.notes)
    rows = roots(ran)
    assert rows["one"]["partial"]
    assert rows["one"]["added"] is None
    assert rows["two"]["size"] == size(shell.ns["two"])
    assert totals(ran)["added_size"] is None
    assert "≥" in ran.bundle["text/plain"]


INTERRUPTED = """\
class Stop:
    def __init__(self, held): self.held = held
    def __sizeof__(self):
        import signal
        if armed: signal.raise_signal(signal.SIGINT)
        return 100
armed = []
one = ['x' * 1000]
stop = Stop('y' * 1000)
two = ['z' * 1000]
"""


def test_an_interrupt_ends_the_measuring_only(shell: Shell) -> None:
    before = signal.getsignal(signal.SIGINT)
    shell.run(INTERRUPTED)
    ran = shell.run("%%profile objects\narmed.append(1)\n1 + 1")
    armed = shell.ns["armed"]
    armed.clear()
    assert ran.error is None
    assert ran.document["status"] == "ok"
    rows = roots(ran)
    assert rows["one"]["size"] == size(shell.ns["one"])
    assert rows["two"]["size"] is None
    assert rows["two"]["flat"] > 0
    assert any("was interrupted, the cell was not" in note for note in ran.notes)
    assert signal.getsignal(signal.SIGINT) is before
    check(ran.document)


def test_an_interrupt_before_the_run_stops_the_run(shell: Shell) -> None:
    shell.run(INTERRUPTED + "armed.append(1)")
    ran = shell.run("%%profile objects\narmed.clear()\nnever = 1")
    shell.ns["armed"].clear()
    assert type(ran.error) is KeyboardInterrupt
    assert ran.document["status"] == "interrupted"
    assert "never" not in shell.ns


# What is left behind ---------------------------------------------------------------------


def test_nothing_is_kept_alive(shell: Shell) -> None:
    shell.run("class Kept:\n    pass\nkept = Kept()\nlist_of = [kept, object()]\nheld = 'x' * 1000")
    held = shell.ns["held"]
    count = sys.getrefcount(held), sys.getrefcount(shell.ns["list_of"])
    for _ in range(3):
        shell.run("%%profile objects\nx = 1")
        shell.run("%asizeof -q kept")
    gc.collect()
    assert (sys.getrefcount(held), sys.getrefcount(shell.ns["list_of"])) == count
    instance, kind = weakref.ref(shell.ns["kept"]), weakref.ref(shell.ns["Kept"])
    del shell.ns["kept"], shell.ns["list_of"], shell.ns["Kept"]
    gc.collect()
    assert instance() is None
    assert kind() is None


def test_pymplers_own_module_is_not_touched() -> None:
    from pympler import asizeof

    class Fresh:
        pass

    before = set(asizeof._typedefs)
    found([Fresh(), {Fresh: 1}])
    assert set(asizeof._typedefs) == before


def test_no_library_is_imported() -> None:
    code = (
        "import sys\n"
        "from jupyterlab_cell_profiler.profilers.object_namespace import measure\n"
        "print(measure([('x', [1, {}])], None, depth=6).total)\n"
        "print(*{'numpy', 'pandas', 'torch', 'pyarrow', 'pympler.asizeof'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1:] == []


def test_magic_goes_when_the_extension_goes(shell: Shell) -> None:
    assert "asizeof" in shell.ip.magics_manager.magics["line"]
    shell.ip.extension_manager.unload_extension("jupyterlab_cell_profiler")
    assert "asizeof" not in shell.ip.magics_manager.magics["line"]


def test_progress_gives_way_to_the_profile(shell: Shell) -> None:
    shell.run("held = [[float(i)] for i in range(600_000)]")
    ran = shell.run("%%profile objects --seconds 60\nx = 1")
    texts = [data["text/plain"] for data in ran.outputs]
    assert len(ran.documents) == 1
    assert len(texts) > 1, "it takes longer than half a second"
    assert "Interrupt the kernel" in texts[0]
    assert "Measuring objects" not in texts[-1]
