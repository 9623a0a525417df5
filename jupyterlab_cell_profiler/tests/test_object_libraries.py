"""Arrays and tables: each piece of memory once, views as views of what.

torch is tested where it is installed, and by a stand-in of its few methods where it is
not; Arrow where it is installed.
"""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_cell_profiler.profilers.object_namespace import Measured
from jupyterlab_cell_profiler.tests.inprocess import Shell, new_shell
from jupyterlab_cell_profiler.tests.test_objects import found, roots, size

np = pytest.importorskip("numpy")
KB = 100_000
HEAD = 4_000
"""More than what any of these objects needs besides its data."""


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        yield shell


def notes(measured: Measured) -> dict[str, str | None]:
    return {row.name: row.note for row in measured.rows if row.parent == -1}


@pytest.mark.parametrize(
    "made",
    [
        "numpy.arange(1000)",
        "numpy.zeros(5)",
        "numpy.float64(1.5)",
        "numpy.int8(3)",
        "numpy.array(['a', 'bcd'])",
        "[numpy.ones(100), numpy.ones(200)]",
        "{'a': numpy.arange(10.0), 'b': numpy.bool_(True)}",
    ],
)
def test_sizes_of_arrays_are_pymplers(made: str) -> None:
    # In a process of its own: pympler remembers the head of the first array it saw.
    code = (
        f"import numpy\nvalue = {made}\nfrom pympler.asizeof import asizeof\nprint(asizeof(value))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert size(eval(made, {"numpy": np})) == int(done.stdout)


def test_views_of_arrays() -> None:
    a = np.zeros(KB)
    got = found(a=a, row=a.reshape(100, -1)[3], again=a[::2], lonely=np.ones(KB)[:10], all=[a, a])
    assert got.own["a"] == pytest.approx(8 * KB, abs=HEAD)
    assert got.own["row"] < HEAD
    assert got.own["all"] < HEAD
    sizes = {row.name: row.size for row in got.rows if row.parent == -1}
    assert all(value >= 8 * KB for value in sizes.values()), "a view keeps all of it"
    assert got.total == pytest.approx(2 * 8 * KB, abs=2 * HEAD)
    assert notes(got) == {
        "a": None,
        "row": "view of a",
        "again": "view of a",
        "lonely": "view of an array without a name",
        "all": "shares memory with a",
    }


def test_a_view_that_stands_before_its_array() -> None:
    a = np.zeros(KB)
    got = found(view=a[:5], a=a)
    assert notes(got)["view"] == "view of a"
    assert got.own["view"] < HEAD, "counted under its own name"
    assert got.own["a"] == pytest.approx(8 * KB, abs=HEAD)


def test_arrays_of_other_memory() -> None:
    held = bytes(8 * KB)
    got = found(held=held, array=np.frombuffer(held))
    assert got.own["array"] < HEAD
    assert size(np.frombuffer(memoryview(bytearray(8 * KB)))) < 9 * KB


def test_objects_in_arrays_are_counted() -> None:
    texts = np.array([str(i) * 100 for i in range(100, 1100)], dtype=object)
    assert size(texts) > 300_000
    assert size(texts.reshape(10, 100)[:2]) > 300_000


def test_subclasses_of_arrays_run_no_code() -> None:
    ran = []

    class Mine(np.ndarray):  # type: ignore[misc,name-defined]
        def __array_finalize__(self, other: Any) -> None:
            ran.append("finalize")

        def __sizeof__(self) -> int:
            ran.append("sizeof")
            return 1

        base = property(lambda self: ran.append("base"))
        nbytes = dtype = shape = property(lambda self: ran.append("shape"))

    mine = np.zeros(KB).view(Mine)
    ran.clear()
    assert size(mine) == pytest.approx(8 * KB, abs=HEAD)
    assert ran == []


def test_a_mapped_file_is_not_counted(tmp_path: Any) -> None:
    mapped = np.memmap(tmp_path / "file", shape=(8 * KB,), mode="w+")
    got = found(mapped=mapped)
    assert got.total < HEAD
    assert "mapped into memory" in (notes(got)["mapped"] or "")


# pandas ------------------------------------------------------------------------------------


def test_frames() -> None:
    pd = pytest.importorskip("pandas")
    df = pd.DataFrame({"a": np.arange(KB), "b": np.random.rand(KB), "c": np.arange(KB) * 2.0})
    deep = df.memory_usage(deep=True).sum()
    got = found(df=df)
    assert got.total == pytest.approx(deep, abs=3 * HEAD)
    names = {row.name for row in got.rows if row.parent == 0}
    assert "['a']" in names
    assert {".index", ".columns"} <= names
    assert any("'b'" in name for name in names)
    views = [df["a"], df.iloc[:10], df.head()]
    if int(pd.__version__.split(".")[0]) >= 3:  # Before that it was a copy.
        views.append(df[["a"]])
    for made in views:
        got = found(df=df, part=made)
        assert got.own["part"] < 2 * HEAD, type(made)
        assert notes(got)["part"] == "view of df"
    copied = found(df=df, copied=df.copy(deep=True))
    assert copied.own["copied"] == pytest.approx(deep, abs=3 * HEAD)


@pytest.mark.parametrize("kind", ["object", "str", "category", "Int64", "datetime64[ns]"])
def test_kinds_of_columns(kind: str) -> None:
    pd = pytest.importorskip("pandas")
    values = [str(i) * 100 for i in range(1000, 2000)]
    if kind in ("Int64", "datetime64[ns]"):
        values = list(range(1000))  # type: ignore[arg-type]
    series = pd.Series(values).astype(kind)
    deep = series.memory_usage(deep=True, index=False)
    assert size(series) >= 0.95 * deep
    # The index of the categories keeps them a second time, to find them.
    most = 2.5 if kind == "category" else 1.3
    assert size(series) <= most * deep + 3 * HEAD


def test_a_frame_is_not_touched(shell: Shell) -> None:
    pytest.importorskip("pandas")
    shell.run(
        "import pandas as pd\nasked = []\n"
        "class Mine(pd.DataFrame):\n"
        "    def __getattr__(self, name):\n        asked.append(name)\n"
        "        return super().__getattr__(name)\n"
        "    def memory_usage(self, *a, **k):\n        asked.append('memory_usage')\n"
        "mine = Mine({'dtype': [1.5] * 1000})\ndel asked[:]"
    )
    rows = roots(shell.run("%%profile objects\nx = 1"))
    assert shell.ns["asked"] == []
    assert rows["mine"]["size"] > 8000


# Arrow -------------------------------------------------------------------------------------


def test_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": list(range(KB)), "s": ["text"] * KB})
    got = found(table=table, part=table.slice(10, 5), column=table.column("a"))
    assert got.own["table"] == pytest.approx(table.get_total_buffer_size(), abs=HEAD)
    assert got.own["part"] < HEAD
    assert got.own["column"] < HEAD
    assert notes(got)["part"] == notes(got)["column"] == "view of table"
    assert size(pa.array(["a"] * 1000).dictionary_encode()) > 4000
    assert size(pa.py_buffer(bytes(KB))) >= KB


def test_arrow_over_numpy() -> None:
    pa = pytest.importorskip("pyarrow")
    a = np.zeros(KB)
    for named in ({"a": a, "arrow": pa.array(a)}, {"arrow": pa.array(a), "a": a}):
        got = found(**named)
        assert got.total == pytest.approx(8 * KB, abs=HEAD), list(named)


# torch -------------------------------------------------------------------------------------


class Storage:
    def __init__(self, address: int, nbytes: int) -> None:
        self.address, self.bytes = address, nbytes

    def data_ptr(self) -> int:
        return self.address

    def nbytes(self) -> int:
        return self.bytes


class Tensor:
    """What of torch's tensors is asked for."""

    is_leaf = True

    def __init__(self, storage: Storage, device: str = "cpu", grad: Any = None) -> None:
        self._storage, self.grad = storage, grad
        self.device = types.SimpleNamespace(type=device)

    def untyped_storage(self) -> Storage:
        return self._storage


def test_tensors_of_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = types.ModuleType("torch")
    vars(torch).update(Tensor=Tensor, _C=types.SimpleNamespace())
    monkeypatch.setitem(sys.modules, "torch", torch)
    storage = Storage(0x1000, 8 * KB)
    t = Tensor(storage, grad=Tensor(Storage(0x9000000, 4 * KB)))
    got = found(t=t, view=Tensor(storage), gpu=Tensor(Storage(0x2000, 99 * KB), "cuda"))
    assert got.own["t"] == pytest.approx(12 * KB, abs=HEAD)
    assert got.own["view"] < HEAD
    assert notes(got)["view"] == "view of t"
    assert got.own["gpu"] < HEAD
    assert notes(got)["gpu"] == "9,900,000 bytes on cuda, which are not counted"


def test_tensors() -> None:
    torch = pytest.importorskip("torch")
    t = torch.zeros(KB)
    got = found(t=t, view=t[:10], array=t.numpy())
    assert got.own["t"] == pytest.approx(4 * KB, abs=HEAD)
    assert got.total == pytest.approx(4 * KB, abs=2 * HEAD)
    assert notes(got)["view"] == "view of t"
    a = np.zeros(KB)
    assert found(a=a, t=torch.from_numpy(a)).total == pytest.approx(8 * KB, abs=HEAD)
    layer = torch.nn.Linear(1000, 100)
    assert size(layer) == pytest.approx(4 * 100_100, abs=4 * HEAD)
