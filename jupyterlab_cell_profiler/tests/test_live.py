"""The roads into the kernel, over the real protocol; the cells are ``test_differential``'s."""

from __future__ import annotations

import json

import pytest

from jupyterlab_cell_profiler import profilers

from .conftest import Kernels
from .live import LiveKernel


def test_attach_says_what_the_kernel_can_do(kernel: LiveKernel) -> None:
    answer = kernel.attach()
    assert answer["profilers"] == dict.fromkeys(profilers.NAMES)
    assert set(answer) == {"version", "python", "executable", "profilers"}


def test_attach_twice_profiles_once(kernel: LiveKernel) -> None:
    kernel.attach()
    assert len(kernel.profile("1 + 1").documents) == 1


def test_button_registers_no_magic(kernel: LiveKernel) -> None:
    assert kernel.run("%lprun -f f f()").reply["status"] == "error"


def test_document_names_the_cell(kernel: LiveKernel) -> None:
    kernel.arm("the-cell", "lines", path="folder/notebook.ipynb")
    run = kernel.run("x = 1\nx", cell_id="the-cell")
    target = run.document["target"]
    assert target["cellId"] == "the-cell"
    assert target["path"] == "folder/notebook.ipynb"
    assert target["executionCount"] == run.reply["execution_count"]
    assert run.document["files"][0]["source"] == ["x = 1", "x"]
    assert "ipykernel_" not in json.dumps(run.document)


def test_metadata_of_the_request_ask_for_a_profile(kernel: LiveKernel) -> None:
    run = kernel.run("1", metadata={"cellProfiler": {"profilers": ["lines"]}})
    assert run.document["status"] == "ok"
    assert kernel.run("1", metadata={"cellProfiler": "nonsense"}).documents == []
    assert kernel.run("1").documents == []


def test_unknown_profiler_is_refused_and_the_cell_runs(kernel: LiveKernel) -> None:
    answer = kernel.arm("cell-1", "nosuch")
    assert answer["armed"] is False
    assert "nosuch" in answer["reason"]
    run = kernel.run("1")
    assert (run.reply["status"], run.documents) == ("ok", [])


def test_request_is_dropped_when_another_cell_runs(kernel: LiveKernel) -> None:
    kernel.arm("one", "lines")
    assert kernel.run("1", cell_id="two").documents == []
    assert kernel.run("1", cell_id="one").documents == []


def test_silent_request_leaves_the_cell_armed(kernel: LiveKernel) -> None:
    kernel.arm("one", "lines")
    assert kernel.run("hidden = 1", cell_id="one", silent=True).documents == []
    assert kernel.run("hidden", cell_id="one").document["status"] == "ok"
    assert kernel.run("hidden", cell_id="one").documents == []


def test_armed_while_another_cell_runs(kernel: LiveKernel) -> None:
    first = kernel.send("import time\ntime.sleep(0.2)", cell_id="one")
    armed = kernel.send_arm("two", "lines")
    second = kernel.send("2", cell_id="two")
    kernel.wait([first, armed, second])
    assert first.documents == []
    assert second.document["target"]["cellId"] == "two"


def test_armed_before_a_cell_that_is_queued(kernel: LiveKernel) -> None:
    armed = kernel.send_arm("two", "lines")
    first = kernel.send("1", cell_id="one")
    second = kernel.send("2", cell_id="two")
    kernel.wait([armed, first, second])
    assert first.documents == second.documents == []


def test_subshell_works_beside_a_profiled_cell(kernel: LiveKernel) -> None:
    if not kernel.supports_subshells():
        pytest.skip("this ipykernel has no subshells")
    subshell = kernel.create_subshell()
    assert kernel.arm("one", "lines") == {"armed": True}
    first = kernel.send(
        "import time\nend = time.time() + 20\nprint('on', flush=True)\n"
        "while not globals().get('stop') and time.time() < end:\n    time.sleep(0.01)\n"
        "print('stopped:', stop)",
        cell_id="one",
    )
    kernel.wait_until(lambda: bool(first.of_type("stream")))
    beside = kernel.send("stop = True\nprint('beside')\n41 + 1", cell_id="two", subshell=subshell)
    kernel.wait([first, beside])
    # IPython before 9 may add a line about its history, which two cells write at once.
    assert "stopped: True" in first.text()
    assert first.document["status"] == "ok"
    assert first.document["target"]["cellId"] == "one"
    assert "beside" in beside.text()
    assert beside.documents == []
    assert beside.of_type("execute_result")[0].content["data"] == {"text/plain": "42"}


def test_cell_in_a_subshell_leaves_another_armed(kernel: LiveKernel) -> None:
    if not kernel.supports_subshells():
        pytest.skip("this ipykernel has no subshells")
    subshell = kernel.create_subshell()
    kernel.arm("one", "lines")
    assert kernel.run("1", cell_id="two", subshell=subshell).documents == []
    assert kernel.run("1", cell_id="one").document["status"] == "ok"


def test_profile_comes_before_the_reply_and_the_end(kernel: LiveKernel) -> None:
    run = kernel.profile("print(1)\n2")
    kinds = [message.type for message in run.messages]
    assert kinds == [
        "status",
        "execute_input",
        "stream",
        "execute_result",
        "display_data",
        "status",
    ]


def test_clear_that_waits_does_not_clear_for_the_profile(kernel: LiveKernel) -> None:
    """A front end clears when the next output comes, and that would be the profile."""
    run = kernel.profile("from IPython.display import clear_output\nprint(1)\nclear_output(True)")
    assert [m.type for m in run.messages][-3:] == ["display_data", "clear_output", "status"]


def test_extension_can_be_unloaded(kernels: Kernels) -> None:
    kernel = kernels.get("plain")
    run = kernel.run(
        "%load_ext jupyterlab_cell_profiler\n%unload_ext jupyterlab_cell_profiler", cell_id=None
    )
    try:
        assert run.reply["status"] == "ok"
        assert kernel.inside("residue()") == []
        run = kernel.run("%%profile\n1")
        assert run.reply["status"] == "error"
        assert run.documents == []
    finally:
        kernels.discard("plain")


def test_magics_after_the_button(kernels: Kernels) -> None:
    kernel = kernels.get("button")
    try:
        loaded = kernel.run("%load_ext jupyterlab_cell_profiler")
        assert loaded.reply["status"] == "ok"
        assert len(kernel.run("%%profile lines\n1").documents) == 1
        # Asked for twice, profiled once.
        assert len(kernel.profile("%%profile lines\n1").documents) == 1
    finally:
        kernels.discard("button")


def test_kernel_that_is_not_attached_takes_no_notice(kernels: Kernels) -> None:
    """So the front end attaches again after a restart."""
    kernel = kernels.get("plain")
    run = kernel.run("1", metadata={"cellProfiler": {"profilers": ["lines"]}})
    assert (run.reply["status"], run.documents) == ("ok", [])
