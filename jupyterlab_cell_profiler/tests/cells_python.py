"""Cells that use the language."""

from __future__ import annotations

from .case import Difference, Step, case, cell, exact

PYTHON = [
    case(
        "exec-eval",
        """
        exec("def f():\\n    return 1\\nprint(f())")
        code = compile("1 / 0", "<own>", "eval")
        try:
            eval(code)
        except ZeroDivisionError as error:
            print(error.__traceback__.tb_next.tb_frame.f_code.co_filename)
        eval("f() + 1")
        """,
    ),
    case("exec-error", cell('exec("x = 1\\n1 / 0")', "error")),
    case(
        "generators",
        """
        def numbers(n):
            got = None
            for i in range(n):
                got = (yield i, got)
        g = numbers(3)
        next(g)
        print(g.send("a"))
        g.close()
        def both():
            yield from numbers(2)
        list(both())
        """,
    ),
    case(
        "generator-across-cells",
        "def numbers():\n    yield 1\n    yield 2\n    yield 3\ng = numbers()\nnext(g)",
        "next(g)",
        "next(g), next(g, None)",
    ),
    case(
        "context-managers",
        """
        import contextlib
        @contextlib.contextmanager
        def managed():
            print("in")
            try:
                yield
            finally:
                print("out")
        with managed(), contextlib.suppress(KeyError):
            {}[1]
        """,
    ),
    case(
        "decorators",
        """
        import functools
        def twice(f):
            @functools.wraps(f)
            def wrapper(*args):
                return f(*args) * 2
            return wrapper
        @twice
        @functools.lru_cache
        def f(x):
            'Docs.'
            return x
        f(2), f.__name__, f.__doc__, f.__wrapped__.cache_info()
        """,
    ),
    case(
        "dataclass",
        """
        from dataclasses import dataclass, field
        @dataclass(order=True)
        class Point:
            x: int
            y: int = 0
            tags: list = field(default_factory=list)
            @property
            def length(self):
                return abs(self.x) + abs(self.y)
        Point(1), Point(3, 4).length, Point(1) < Point(2)
        """,
    ),
    case(
        "closures",
        """
        def counter():
            count = 0
            def increase():
                nonlocal count
                count += 1
                return count
            return increase
        c = counter()
        c(), c()
        """,
        "c(), c.__closure__[0].cell_contents",
    ),
    case(
        "metaclass",
        """
        class Meta(type):
            def __new__(mcls, name, bases, ns, **kw):
                print("making", name, sorted(k for k in ns if not k.startswith("__")))
                return super().__new__(mcls, name, bases, ns)
            def __call__(cls, *args):
                print("calling")
                return super().__call__(*args)
        class A(metaclass=Meta):
            x = 1
            def method(self):
                return __class__.__name__
        A().method()
        """,
    ),
    case("global-nonlocal", "x = 1\ndef f():\n    global x\n    x += 1\nf()\nx"),
    case(
        "match",
        """
        def kind(value):
            match value:
                case {"a": x}:
                    return f"mapping {x}"
                case [first, *rest]:
                    return f"sequence {first} {rest}"
                case _:
                    return "other"
        [kind({"a": 1}), kind([1, 2]), kind(3)]
        """,
    ),
    case("walrus-fstring", "if (n := len('abc')) > 2:\n    print(f'{n=} {n!r:>5} {n + 1:.2f}')"),
    case(
        "future-annotations",
        "from __future__ import annotations\ndef f(a: Undefined) -> None: ...\nf.__annotations__",
        "def g(a: AlsoUndefined) -> None: ...\ng.__annotations__",
    ),
    case(
        "type-parameters",
        "def first[T](items: list[T]) -> T:\n    return items[0]\n"
        "class Box[T]:\n    pass\ntype Pair = tuple[int, int]\nfirst([1]), first.__type_params__",
        since=(3, 12),
    ),
    case("form-feed", exact("\f\nx = 1\n\f\ndef f():\n    return 1 / 0\n\f\nf()", "error")),
    case(
        "blank-first",
        exact("\n\n   \nx = 1\n\n1 / 0", "error"),
        exact("\n\ndef f():\n    raise ValueError\n"),
        exact("f()", "error"),
    ),
    case("crlf", exact("x = 1\r\nfor i in range(2):\r\n    print(i)\r\n1 / 0\r\n", "error")),
    case("tabs", exact("if True:\n\tx = 1\n\tprint(x)\n")),
    case("indented", exact("    x = 1\n    print(x)\n    x", below="error")),
    case("prompts", exact(">>> x = 1\n>>> x\n", "ok"), exact("In [1]: y = 2\nIn [2]: y", "ok")),
    case("comment-only", cell("# nothing here")),
    case("white-space-only", exact("  \n  \n", "none", below="ok")),
    case("empty", exact("", "none", below="ok")),
    case("docstring-only", '"""A text\nof two lines."""'),
    case(
        "long-cell",
        exact(
            "\n".join(
                ["total = 0", *(f"total += {i}" for i in range(2000)), "print(total)", "1 / 0"]
            ),
            "error",
        ),
    ),
    case(
        "multi-line-strings",
        '''
        text = """first
            second
        %%time
        !ls
        third"""
        print(text)
        f"""{text!r}
        """
        ''',
    ),
    case("backslash", "x = 1 + \\\n    2\nassert x == 3, \\\n    'message'\nx"),
    case("semicolons", "a = 1; b = 2; print(a + b); a"),
    case("last-line-comment", "1 + 1  # comment", "2;  # comment"),
    case("if-last", "if True:\n    1\n    print('in')"),
    case("delete-function", "def f():\n    return 1\nf()", "f()\ndel f\n'f' in globals()"),
    case(
        "redefine-function",
        "def f():\n    return 1\nprint(f())",
        "print(f())\ndef f():\n    return 2\nf()",
        "f()",
    ),
    case(
        "same-cell-twice",
        "def f(n):\n    return [i for i in range(n)]\nf(3)",
        "def f(n):\n    return [i for i in range(n)]\nf(3)",
    ),
    case(
        "other-cell-function",
        Step("def f(x):\n    return 10 / x", profiled=False),
        "f(2)",
        Step("f(5)", profiled=False),
        cell("f(0)", "error"),
        Step("f(0)", "error", profiled=False),
    ),
    case(
        "code-from-another-cell",
        "def f(x):\n    return x + 1\ncode = f.__code__.co_code",
        "f(1)",
        "print('same bytecode:', f.__code__.co_code == code)",
        differences={
            "lines": (
                Difference(
                    "Bytecode that is read while it is profiled",
                    "same bytecode: False",
                    "same bytecode: True",
                ),
            )
        },
    ),
    case(
        "pickle",
        """
        import pickle
        class A:
            def __init__(self):
                self.x = [1, 2]
        def f():
            return 1
        copy = pickle.loads(pickle.dumps(A()))
        copy.x, pickle.loads(pickle.dumps(f)) is f
        """,
    ),
    case(
        "marshal-own-code",
        "def f():\n    return 1\n",
        "import marshal, hashlib\n"
        "data = marshal.dumps(f.__code__.co_consts)\nhashlib.sha1(data).hexdigest()",
    ),
    case(
        "get-source",
        "def f():\n    # inside\n    return 1\n\nimport inspect\nprint(inspect.getsource(f))",
        "print(inspect.getsource(f))\ninspect.getsourcelines(f)[1]",
    ),
    case(
        "code-lines",
        "def f():\n    x = 1\n    return x\n\n"
        "f.__code__.co_firstlineno, sorted({n for _, _, n in f.__code__.co_lines() if n})",
    ),
    case("frame-line", "import sys\ndef line():\n    return sys._getframe(1).f_lineno\n\nline()"),
]
