"""Cells that wait, ask, are interrupted, or are sent in unusual ways."""

from __future__ import annotations

from .case import Step, case, cell

INPUT = [
    case("input", Step("name = input('Name? ')\nprint('Hello', name)\nname", answers=("Ada",))),
    case(
        "several-inputs",
        Step(
            "import getpass\na = input()\nb = getpass.getpass('Word: ')\n"
            "c = [input(i) for i in 'xy']\n"
            "a, b, c",
            answers=("1", "secret", "2", "3"),
        ),
    ),
    case("input-refused", Step("input('?')", "error", options={"allow_stdin": False})),
    case(
        "input-interrupted",
        Step("print('before')\ninput('?')", "interrupted", reply="error", interrupt="input"),
    ),
    case(
        "interrupt-computing",
        Step(
            "def f():\n    while True: pass\nprint('go', flush=True)\nf()",
            "interrupted",
            reply="error",
            interrupt="output",
        ),
        "1 + 1",
    ),
    case(
        "interrupt-sleeping",
        Step(
            "import time\nprint('go', flush=True)\ntime.sleep(30)\nprint('never')",
            "interrupted",
            reply="error",
            interrupt="output",
        ),
    ),
    case(
        "interrupt-await",
        Step(
            "import asyncio\nprint('go', flush=True)\n"
            # ipykernel notices the signal only when its loop wakes up.
            "for i in range(600):\n    await asyncio.sleep(0.05)\nprint('never')",
            "interrupted",
            reply="error",
            interrupt="output",
        ),
    ),
    case(
        "interrupt-caught",
        Step(
            "import time\ntry:\n    print('go', flush=True)\n    time.sleep(30)\n"
            "except KeyboardInterrupt:\n    print('caught')\n7",
            interrupt="output",
        ),
    ),
]


ASYNC = [
    case("await", "import asyncio\nawait asyncio.sleep(0.01)\n'done'"),
    case(
        "await-error",
        cell(
            "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    1 / 0\n\nawait f()",
            "error",
        ),
    ),
    case(
        "async-for",
        """
        import asyncio
        async def numbers():
            for i in range(3):
                await asyncio.sleep(0)
                yield i
        async for n in numbers():
            print(n)
        [n async for n in numbers()]
        """,
    ),
    case(
        "async-with",
        """
        import contextlib
        @contextlib.asynccontextmanager
        async def managed():
            print("in")
            yield "value"
            print("out")
        async with managed() as value:
            print(value)
        """,
    ),
    case(
        "gather",
        """
        import asyncio
        async def work(i):
            await asyncio.sleep(0.01 * i)
            print("worker", i)
            return i
        await asyncio.gather(*(work(i) for i in range(3)))
        """,
    ),
    case(
        "task-outlives",
        """
        import asyncio
        async def later():
            await asyncio.sleep(0.1)
            print("later")
        task = asyncio.create_task(later())
        print("cell done")
        """,
        "await asyncio.sleep(0.3)\ntask.done()",
        profile_last=False,
    ),
    case(
        "task-error",
        cell("""
        import asyncio
        async def fails():
            raise ValueError("in a task")
        task = asyncio.create_task(fails())
        try:
            await task
        except ValueError as error:
            print("caught", error)
        """),
    ),
    case(
        "autoawait-off",
        "%autoawait False",
        cell("import asyncio\nawait asyncio.sleep(0)", "error"),
        "%autoawait True",
    ),
    case(
        "asyncio-run",
        cell(
            "import asyncio\nasync def f():\n    pass\nc = f()\ntry:\n"
            "    asyncio.run(c)\nexcept RuntimeError as e:\n    print(e)\nc.close()"
        ),
    ),
    case(
        "async-timeout",
        "import asyncio\ntry:\n    await asyncio.wait_for(asyncio.sleep(5), 0.02)\n"
        "except asyncio.TimeoutError:\n    print('timeout')",
    ),
]


REQUESTS = [
    case("queued", "x = 1\nprint('first')", "print('second')\nx + 1", queued=True),
    case(
        "queued-unprofiled",
        Step("print('first')", profiled=False),
        "print('second')",
        Step("print('third')", profiled=False),
        queued=True,
    ),
    case(
        "queued-error",
        cell("print('first')\n1 / 0", "error"),
        Step("print('never')", "none", reply="aborted"),
        queued=True,
    ),
    case(
        "queued-error-goes-on",
        cell("1 / 0", "error", options={"stop_on_error": False}),
        "print('still')",
        queued=True,
    ),
    case(
        "user-expressions",
        Step("a = 1", options={"expressions": {"v": "a + 1", "bad": "1 / 0"}}),
        Step("1 / 0", "error", options={"expressions": {"v": "a"}}),
    ),
    case("no-history", Step("1 + 1", options={"store_history": False}), "len(In)"),
    case(
        "silent",
        Step("print('silent')\nq = 1\nq", "none", reply="ok", options={"silent": True}),
        "q",
    ),
    case("no-cell-id", Step("print(1)\n2", options={"metadata": {"other": 1}})),
]
