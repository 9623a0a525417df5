"""The program around a script: it waits until profilers look, then does as ``python script`` does.

Run as a file, in the person's environment and directory. Beside the script's process stands
its keeper (``children.keeper``); what this program has to say is in files of the keeper's folder:
``ready`` (processor time until now: ``user sys``), ``refused`` (why it does not begin), ``go``
(it may begin, made by whoever looks), ``failure`` (name of the exception that ended it, and its
text below). It imports nothing of ours unless a profiler works inside (``task``), so that a
script finds an interpreter as fresh as can be; and nothing at all once the script's folder is on
the path, where a ``json.py`` may be.
"""

import builtins
import os
import sys
import time


def wait_for_go(folder: str) -> None:
    """Say that all is ready, and wait for the sign to begin.

    By files, since those work on all systems; a look takes a few microseconds.
    """
    times = os.times()
    with open(os.path.join(folder, "ready.part"), "w") as file:
        file.write(f"{times.user} {times.system}")
    os.replace(os.path.join(folder, "ready.part"), os.path.join(folder, "ready"))
    go = os.path.join(folder, "go")
    while not os.path.exists(go):
        time.sleep(0.002)


def allow_looks() -> None:
    """Yama lets only ancestors look into a process that does not say otherwise."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as file:
            scope = file.read().strip()
    except OSError:
        return
    if scope == "1":
        import ctypes

        # PR_SET_PTRACER and PR_SET_PTRACER_ANY of prctl(2).
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_long(-1), 0, 0, 0)


def note_failure(folder: str, error: BaseException) -> None:
    """Leave name and text of an exception; a person's ``__str__`` may itself raise."""
    try:
        value = str(error)
    except Exception:
        value = "<exception str() failed>"
    part = os.path.join(folder, "failure.part")
    try:
        with open(part, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(type(error).__name__ + "\n" + value[:10_000])
        os.replace(part, os.path.join(folder, "failure"))
    except OSError:
        pass  # The folder is gone with whoever wanted to know.


def refuse(folder: str, sentence: str) -> None:
    """Say why the script does not begin."""
    with open(os.path.join(folder, "refused.part"), "w", encoding="utf-8") as file:
        file.write(sentence)
    os.replace(os.path.join(folder, "refused.part"), os.path.join(folder, "refused"))


def main_module(path: str):  # type: ignore[no-untyped-def]
    """A fresh ``__main__`` for a script."""
    module = type(sys)("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = module
    return module


def wait_for_threads() -> None:
    """What the interpreter does at its end: threads that are no daemons are waited for, those of
    pools once they know that nothing more will come. It does so itself where no profiler wants
    to see them to their end, and once only."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()


def main() -> None:
    """``runner.py FOLDER TASK PATH [ARGUMENT…]``; TASK is a file, or ``-`` for none."""
    folder, task, path = sys.argv[1:4]
    del sys.argv[:3]
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # Of this file.
    for stream in (sys.stdout, sys.stderr):
        # It goes into a pipe, and is to be seen while the script runs.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)
    process = os.getpid()
    module = main_module(path)
    if task == "-":
        inside = None
        if not hasattr(builtins, "profile"):
            # So that a script with marks for line profilers runs under all of them.
            builtins.profile = lambda function: function  # type: ignore[attr-defined]
    else:
        from jupyterlab_cell_profiler.scripts.inside import Inside

        try:
            inside = Inside(task, module)
        except Exception as error:
            # An option that cannot be used, as a rule: whoever waits says it to the person.
            refuse(folder, str(error))
            sys.exit(1)
    allow_looks()
    wait_for_go(folder)
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    try:
        with open(path, "rb") as file:
            source = file.read()
        code = compile(source, path, "exec", dont_inherit=True)
        if inside is None:
            exec(code, module.__dict__)
        else:
            inside.run(code)
            if os.getpid() == process:
                wait_for_threads()
    except BaseException as error:
        end_with(error, folder if os.getpid() == process else None)
    finally:
        if inside is not None and os.getpid() == process:
            inside.finish(sys.exc_info()[1])


def end_with(error: BaseException, folder: "str | None") -> None:
    """Let the interpreter end as it does by itself, without our frames in the traceback."""
    if isinstance(error, SystemExit):
        raise error
    if folder is not None:
        note_failure(folder, error)
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    if traceback is not None and traceback.tb_frame.f_code.co_filename.endswith(
        os.path.join("scripts", "inside.py")
    ):
        traceback = traceback.tb_next
    try:
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
    finally:
        # Status and signal are the interpreter's business; the words are said.
        sys.excepthook = lambda *_: None
    raise error


main()
