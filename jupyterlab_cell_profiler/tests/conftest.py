"""Kernels for the tests, started once for each way of use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .live import LiveKernel


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-road",
        action="store_true",
        help="compare every cell under every profiler, by the button and by %%profile",
    )


class Kernels:
    """Kernels by their role; each starts when a test first asks for it.

    Roles: ``plain`` knows nothing of us, ``button`` is attached as the front end does it,
    ``magic`` has the extension loaded.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: dict[str, LiveKernel] = {}
        self._started = 0

    def get(self, role: str) -> LiveKernel:
        """The kernel of a role, with a fresh namespace and nothing of a cell before."""
        kernel = self._running.get(role)
        if kernel is None or not kernel.alive:
            kernel = self._start(role)
        kernel.inside("reset()")
        return kernel

    def discard(self, role: str) -> None:
        """End the kernel of a role; the next test gets a new one."""
        kernel = self._running.pop(role, None)
        if kernel is not None:
            kernel.stop()

    def stop(self) -> None:
        for role in list(self._running):
            self.discard(role)

    def _start(self, role: str) -> LiveKernel:
        self.discard(role)
        self._started += 1
        # Paths of equal length: some texts are wrapped.
        directory = self._directory / f"kernel-{self._started:03}"
        directory.mkdir()
        kernel = LiveKernel(directory)
        if role == "button":
            kernel.attach()
        elif role == "magic":
            loaded = kernel.run("%load_ext jupyterlab_cell_profiler", cell_id=None, silent=True)
            assert loaded.reply["status"] == "ok", loaded.reply
        kernel.inside("keep()")
        self._running[role] = kernel
        return kernel


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernels]:
    pool = Kernels(tmp_path_factory.mktemp("kernels"))
    yield pool
    pool.stop()


def _lend(kernels: Kernels, role: str) -> Iterator[LiveKernel]:
    kernel = kernels.get(role)
    yield kernel
    try:
        left = kernel.inside("residue()")
    except BaseException:
        kernels.discard(role)
        raise
    if left:
        kernels.discard(role)
    assert left == []


@pytest.fixture
def kernel(kernels: Kernels) -> Iterator[LiveKernel]:
    """A kernel attached as the front end does it; nothing may be left in it afterwards."""
    yield from _lend(kernels, "button")


@pytest.fixture
def magic_kernel(kernels: Kernels) -> Iterator[LiveKernel]:
    """A kernel with the magics loaded; nothing else may be left in it afterwards."""
    yield from _lend(kernels, "magic")
