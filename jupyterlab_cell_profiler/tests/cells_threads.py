"""Cells with threads, processes, signals, tracers and profilers of their own."""

from __future__ import annotations

from .case import Difference, Step, case

THREADS = [
    case(
        "threads-print",
        """
        import threading
        def work(i):
            print("thread", i)
        for i in range(3):
            thread = threading.Thread(target=work, args=(i,))
            thread.start()
            thread.join()
        """,
    ),
    case(
        "thread-error",
        """
        import threading
        def work():
            raise ValueError("in a thread")
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()
        """,
    ),
    case(
        "thread-outlives",
        """
        import threading, time
        def work():
            event.wait()
            print("late")
        event = threading.Event()
        thread = threading.Thread(target=work)
        thread.start()
        """,
        "event.set()\nthread.join()\nprint('joined')",
        profile_last=False,
    ),
    case(
        "thread-pool",
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(2) as pool:
            print(list(pool.map(lambda x: x * x, range(5))))
        """,
    ),
    case(
        "fork-pool",
        """
        import multiprocessing
        def square(x):
            return x * x
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(pool.map(square, range(4)))
        """,
    ),
    case(
        "fork-process",
        """
        import multiprocessing, os
        def child(queue):
            queue.put("from the child")
        context = multiprocessing.get_context("fork")
        queue = context.SimpleQueue()
        process = context.Process(target=child, args=(queue,))
        process.start()
        print(queue.get())
        process.join()
        process.exitcode
        """,
    ),
    case(
        "subprocess-env",
        """
        import os, subprocess, sys
        code = "import os; print('LINE_PROFILER_CORE' in os.environ)"
        print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        sorted(k for k in os.environ if "PROFILE" in k)
        """,
    ),
    case(
        "settrace",
        """
        import sys
        calls = []
        def tracer(frame, event, arg):
            if frame.f_code.co_name == "traced":
                calls.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
            return tracer
        def traced():
            x = 1
            return x
        sys.settrace(tracer)
        traced()
        sys.settrace(None)
        calls
        """,
        Step("import sys\nsys.gettrace()", profiled=False),
    ),
    case(
        "settrace-stays",
        "import sys\ndef tracer(frame, event, arg):\n    return None\nsys.settrace(tracer)",
        Step("print(sys.gettrace() is tracer)\nsys.settrace(None)", profiled=False),
    ),
    case(
        "settrace-before",
        Step(
            """
import sys
calls = []
def tracer(frame, event, arg):
    if frame.f_code.co_name == "traced":
        calls.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer
def traced():
    x = 1
    return x
sys.settrace(tracer)
""".strip(),
            profiled=False,
        ),
        "traced()\ncalls",
        Step("print(sys.gettrace() is tracer)\nsys.settrace(None)\ncalls", profiled=False),
    ),
    case(
        "gettrace",
        "import sys\nprint('no tracer:', sys.gettrace() is None)",
        differences={
            "lines": (
                Difference(
                    "`sys.gettrace()` inside a profiled cell",
                    r"no tracer: False",
                    "no tracer: True",
                ),
            )
        },
    ),
    case(
        "setprofile",
        """
        import sys
        seen = []
        def profiler(frame, event, arg):
            if event in ("call", "return") and frame.f_code.co_name == "watched":
                seen.append(event)
        def watched():
            return 1
        sys.setprofile(profiler)
        watched()
        sys.setprofile(None)
        seen
        """,
    ),
    case(
        "cprofile",
        """
        import cProfile, pstats
        def f():
            return g()
        def g():
            return 1
        profiler = cProfile.Profile()
        profiler.runcall(f)
        sorted(name for _, _, name in pstats.Stats(profiler).stats)
        """,
    ),
    case(
        "alarm",
        """
        import signal, time
        def handler(number, frame):
            print("alarm")
        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        time.sleep(0.3)
        """,
    ),
]
