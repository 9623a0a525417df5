"""How much memory there is (``sampling.limits``), and GPUs (``sampling.gpu``), from files and
a driver that are made up."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.profilers.memory_sections import limit_totals
from jupyterlab_cell_profiler.sampling import gpu, limits

GB = 10**9


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of 16 GB with 10 GB left; its cgroups are in the folder."""
    memory = SimpleNamespace(total=16 * GB, available=10 * GB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    monkeypatch.setattr(limits, "ROOT", tmp_path / "cgroup")
    monkeypatch.setattr(limits, "CGROUPS", tmp_path / "self")
    (tmp_path / "cgroup").mkdir()
    return tmp_path


def group(folder: Path, names: tuple[str, str], limit: str, used: int, files: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {files}\n")


def test_without_cgroups_it_is_the_machine(machine: Path) -> None:
    assert limits.memory_limit() == (16 * GB, 10 * GB, "machine")


def test_a_container_with_its_group_at_the_top(machine: Path) -> None:
    (machine / "self").write_text("0::/\n")
    group(machine / "cgroup", limits.VERSION_2, str(4 * GB), 3 * GB, files=1 * GB)
    # What is kept of files is given back.
    assert limits.memory_limit() == (4 * GB, 2 * GB, "cgroup")


def test_a_limit_above_holds_too(machine: Path) -> None:
    (machine / "self").write_text("0::/user/kernel\n")
    group(machine / "cgroup" / "user", limits.VERSION_2, str(8 * GB), 1 * GB)
    group(machine / "cgroup" / "user" / "kernel", limits.VERSION_2, "max", 1 * GB)
    assert limits.memory_limit() == (8 * GB, 7 * GB, "cgroup")


def test_no_limit_is_the_machine(machine: Path) -> None:
    (machine / "self").write_text("0::/\n")
    group(machine / "cgroup", limits.VERSION_2, "max", 3 * GB)
    assert limits.memory_limit().kind == "machine"


def test_the_machine_may_run_out_before_the_container(machine: Path) -> None:
    (machine / "self").write_text("0::/\n")
    group(machine / "cgroup", limits.VERSION_2, str(15 * GB), 1 * GB)
    assert limits.memory_limit() == (15 * GB, 10 * GB, "cgroup")


def test_version_1(machine: Path) -> None:
    (machine / "self").write_text("5:cpu,cpuacct:/x\n4:memory:/docker/abc\n")
    group(machine / "cgroup" / "memory", limits.VERSION_1, str(2 * GB), 1 * GB)
    assert limits.memory_limit() == (2 * GB, 1 * GB, "cgroup")


def test_what_a_person_reads() -> None:
    found = limit_totals({"limit": 4 * GB, "available": 1 * GB, "kind": "cgroup"})
    items = {item["name"]: item for item in found["items"]}
    assert items["memory_limit"]["value"] == 4 * GB
    assert items["memory_available"]["value"] == 1 * GB
    assert "cgroup" in items["memory_limit"]["help"]
    other = limit_totals({"limit": 4 * GB, "available": 1 * GB, "kind": "machine"})
    assert "the machine" in other["items"][0]["help"]


# GPUs ------------------------------------------------------------------------------------


class NVMLError(Exception):
    pass


class FakeNvml(ModuleType):
    """Two devices; the process 7 computes on the second one."""

    NVMLError = NVMLError

    def __init__(self, *, driver: bool = True) -> None:
        super().__init__("pynvml")
        self.driver = driver
        self.open = False

    def nvmlInit(self) -> None:
        if not self.driver:
            raise NVMLError("Driver Not Loaded")
        self.open = True

    def nvmlShutdown(self) -> None:
        self.open = False

    def nvmlDeviceGetCount(self) -> int:
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetComputeRunningProcesses(self, device: int) -> list[Any]:
        other = SimpleNamespace(pid=99, usedGpuMemory=5 * GB)
        mine = SimpleNamespace(pid=7, usedGpuMemory=2 * GB)
        return [other, mine] if device == 1 else [other]

    def nvmlDeviceGetUtilizationRates(self, device: int) -> Any:
        if device == 0:
            raise NVMLError("Not Supported")
        return SimpleNamespace(gpu=80, memory=10)


def test_a_gpu_that_the_process_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = FakeNvml()
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    found = gpu.gpus()
    assert found is not None
    found.sample(1.0, [7])
    found.sample(2.0, [7])
    assert found.data() == {
        "gpu 1": {"t": [1.0, 2.0], "values": [2 * GB, 2 * GB]},
        "gpu_utilization 1": {"t": [1.0, 2.0], "values": [80, 80]},
    }
    found.close()
    assert not nvml.open


def test_gpus_of_others_are_nobodys_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())
    found = gpu.gpus()
    assert found is not None
    found.sample(1.0, [8])
    assert found.data() == {}


def test_without_a_driver_or_the_package_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml(driver=False))
    assert gpu.gpus() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert gpu.gpus() is None
