"""Memory and utilisation of NVIDIA's GPUs by time, by way of NVML (package nvidia-ml-py)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

from .series import Series

EVERY = 0.1
"""Seconds between two looks: the driver's own counters change no faster."""


class GpuSampler:
    """Of each GPU the memory that some processes hold, and how busy it is.

    Without a GPU, its driver or the package there is nothing to sample: see :func:`gpus`.
    """

    def __init__(self, nvml: Any, devices: list[Any]) -> None:
        self._nvml = nvml
        self._devices = devices
        self._memory = [Series() for _ in devices]
        self._busy = [Series() for _ in devices]
        self._used = [False for _ in devices]

    def sample(self, now: float, pids: Iterable[int]) -> None:
        """Look once. ``pids`` are the process and its children."""
        known = set(pids)
        for index, device in enumerate(self._devices):
            with contextlib.suppress(self._nvml.NVMLError):
                processes = self._nvml.nvmlDeviceGetComputeRunningProcesses(device)
                mine = [one for one in processes if one.pid in known]
                # None where the driver does not tell (Windows).
                held = sum(one.usedGpuMemory or 0 for one in mine)
                self._memory[index].add(now, held)
                self._used[index] = self._used[index] or bool(mine)
            with contextlib.suppress(self._nvml.NVMLError):
                rates = self._nvml.nvmlDeviceGetUtilizationRates(device)
                self._busy[index].add(now, rates.gpu)

    def data(self) -> dict[str, Any]:
        """JSON: series by name, ``gpu`` (bytes) and ``gpu_utilization`` (percent); the
        second and later ones with their number. Only of those that the processes used."""
        found = {}
        for index, used in enumerate(self._used):
            if used:
                number = f" {index}" if index else ""
                found[f"gpu{number}"] = self._memory[index].data()
                found[f"gpu_utilization{number}"] = self._busy[index].data()
        return found

    def close(self) -> None:
        with contextlib.suppress(self._nvml.NVMLError):
            self._nvml.nvmlShutdown()


def gpus() -> GpuSampler | None:
    """The GPUs of this machine; None where there are none, or nothing to ask them with."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
        count = pynvml.nvmlDeviceGetCount()
        devices = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(count)]
    except pynvml.NVMLError:
        return None
    return GpuSampler(pynvml, devices) if devices else None
