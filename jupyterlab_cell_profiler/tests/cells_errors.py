"""Cells that fail, in all the ways there are."""

from __future__ import annotations

from .case import ANY, OUR_FRAME, OUR_FRAMES, case, cell, exact

ERRORS = [
    case("error-top", cell("print(1)\n\n# comment\n1 / 0\nprint(2)", "error"), "len(In)"),
    case(
        "error-function",
        cell(
            """
        def f(x):
            y = x + 1
            return y / 0

        f(1)
        """,
            "error",
        ),
        cell("f(2)", "error"),
        "import sys\ntype(sys.last_value)",
    ),
    case(
        "error-nested",
        cell(
            """
        def outer():
            def inner():
                raise KeyError("inner")
            inner()

        for i in range(2):
            if i:
                outer()
        """,
            "error",
        ),
    ),
    case(
        "error-chained",
        cell(
            """
        def f():
            try:
                {}["a"]
            except KeyError as error:
                raise ValueError("chained") from error
        try:
            f()
        except ValueError:
            [][1]
        """,
            "error",
        ),
    ),
    case("error-library", cell("import json\njson.loads('{')", "error")),
    case("error-class-body", cell("class A:\n    x = 1\n    y = x / 0", "error")),
    case("error-comprehension", cell("n = [1, 0]\n[1 / i for i in n]", "error")),
    case("error-lambda", cell("f = lambda: 1 / 0\n\nf()", "error")),
    case(
        "error-generator",
        cell(
            """
        def numbers():
            yield 1
            raise ValueError("no more")
        for n in numbers():
            print(n)
        """,
            "error",
        ),
    ),
    case(
        "error-subclass",
        cell(
            "class Own(Exception):\n    def __str__(self):\n        return 'own text'\n"
            "raise Own(1)",
            "error",
        ),
    ),
    case(
        "error-str-raises",
        cell(
            "class Bad(Exception):\n    def __str__(self):\n        raise ValueError('str')\n"
            "raise Bad()",
            "error",
        ),
        differences={"*": (OUR_FRAMES,)},
    ),
    case(
        "error-render-traceback",
        cell(
            """
        class Custom(Exception):
            def _render_traceback_(self):
                return ["a custom traceback"]
        raise Custom("hidden")
        """,
            "error",
        ),
    ),
    case(
        "error-notes",
        cell("error = ValueError('with a note')\nerror.add_note('the note')\nraise error", "error"),
        since=(3, 11),
    ),
    case(
        "error-group",
        cell("raise ExceptionGroup('group', [ValueError(1), KeyError(2)])", "error"),
        since=(3, 11),
    ),
    case(
        "error-multiline",
        cell(
            """
        def f(*args):
            return sum(
                args,
                start=[],
            )
        f(
            1,
            2,
        )
        """,
            "error",
        ),
    ),
    case("syntax-error", cell("print(1)\nx = (", "error"), "len(In)"),
    case("syntax-error-middle", cell("print(1)\nfor i in 1 2:\n    pass\nprint(2)", "error")),
    case("indentation-error", cell("def f():\nreturn 1", "error")),
    case("tab-error", exact("if 1:\n        x = 1\n\ty = 2", "error")),
    case(
        "compile-error", cell("x = 1\nreturn x", "error"), cell("def f():\n    nonlocal a", "error")
    ),
    case("null-byte", exact("x = '\x00'\nx", "error"), since=(3, 11)),
    case(
        "repr-raises",
        cell(
            "class A:\n    def __repr__(self):\n        raise ValueError('repr')\nprint('a')\nA()",
            reply=ANY,
        ),
    ),
    case(
        "repr-html-raises",
        cell(
            "class A:\n    def _repr_html_(self):\n        return 1 / 0\n"
            "    def __repr__(self):\n        return 'A'\nA()",
            reply=ANY,
        ),
    ),
    case(
        "del-raises",
        cell(
            """
        class A:
            def __del__(self):
                raise ValueError("in del")
        a = A()
        del a
        print("after", flush=True)
        """
        ),
    ),
    case(
        "show-traceback",
        cell(
            """
        try:
            1 / 0
        except ZeroDivisionError:
            get_ipython().showtraceback()
        print("goes on")
        5
        """
        ),
    ),
    case(
        "custom-exc",
        """
        def handler(shell, etype, value, tb, tb_offset=None):
            print("handled", etype.__name__, tb.tb_lineno)
        get_ipython().set_custom_exc((ValueError,), handler)
        """,
        cell("raise ValueError(1)", "error"),
        cell("raise KeyError(1)", "error"),
    ),
    case(
        "print-exc",
        """
        import traceback
        def f():
            {}["missing"]
        try:
            f()
        except KeyError:
            traceback.print_exc()
        """,
    ),
    case(
        "print-stack",
        """
        import inspect, os
        def f():
            for frame in inspect.stack():
                print(os.path.basename(frame.filename) + ":" + frame.function)
                if frame.function in ("run_cell_async", "execute_request"):
                    break
        f()
        """,
        differences={"*": (OUR_FRAME,)},
    ),
    case(
        "deep-recursion",
        cell(
            """
        def depth(n):
            return 0 if n == 0 else 1 + depth(n - 1)
        print(depth(900))
        def forever():
            return forever()
        try:
            forever()
        except RecursionError as error:
            print(error)
        """
        ),
    ),
    case(
        "recursion-error",
        "import sys\nsys.setrecursionlimit(300)",
        cell("def f(n):\n    return f(n + 1)\nf(0)", "error"),
        repeats="Depth of recursion",
    ),
    case(
        "xmode",
        "%xmode Plain",
        cell("def f():\n    1 / 0\nf()", "error"),
        cell(
            "%xmode Verbose",
        ),
        cell("x = 0\n1 / x", "error"),
        cell("%xmode Context"),
    ),
    case("tb-magic", cell("1 / 0", "error"), "%tb"),
    case(
        "sys-exit",
        cell("import sys\nprint('before')\nsys.exit()", "error"),
        cell("sys.exit(3)", "error"),
    ),
    case("assert", cell("x = 1\nassert x == 2, f'{x=}'", "error")),
    case("name-error", cell("undefined_name", "error")),
    case("raise-keyboard-interrupt", cell("raise KeyboardInterrupt", "interrupted", reply="error")),
]
