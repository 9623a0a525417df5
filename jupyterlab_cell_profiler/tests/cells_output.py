"""Cells that print and display."""

from __future__ import annotations

from .case import case, cell, exact

OUTPUT = [
    case(
        "print-streams",
        """
        import sys
        print("out 1", flush=True)
        print("err 1", file=sys.stderr, flush=True)
        print("out 2", end="", flush=True)
        print("err 2", file=sys.stderr, flush=True)
        sys.stdout.write("no newline at the end")
        """,
    ),
    case("last-value", "a = 6\na * 7", "_ + 1", "_, __, ___, Out, len(In)"),
    case("semicolon", "1 + 1;", '"text";\n'),
    case("none", "None", "print()", "x = 3"),
    case("several-values", "1\n2\n3"),
    case("unicode", "ünïcödé = 'ñandú 🦙'\nprint(ünïcödé)\nünïcödé"),
    case(
        "line-separators",
        exact(
            "s = 'a\\x0bb'  # \x0b \x1c \u2028 \x85 are no line ends in Python\nprint(s)\n1/0",
            "error",
        ),
    ),
    case("display", "display(1, 'two', [3])\nprint('after')"),
    case(
        "display-update",
        """
        handle = display("one", display_id="fixed")
        print("between")
        handle.update("two")
        display("three", display_id="fixed", update=True)
        """,
        "handle.update('from another cell')",
    ),
    case(
        "display-handle-value",
        "from IPython.display import display, HTML\n"
        "h = display(HTML('<b>1</b>'), metadata={'text/html': {'k': 1}}, display_id=True)\nh",
    ),
    case(
        "display-raw",
        "display({'text/plain': 'p', 'application/x-own': {'a': 1}}, raw=True, transient={'t': 1})",
    ),
    case(
        "clear-output",
        """
        from IPython.display import clear_output
        print("gone")
        clear_output()
        print("stays")
        """,
    ),
    case(
        "clear-output-wait",
        """
        from IPython.display import clear_output
        for i in range(3):
            clear_output(wait=True)
            print(i)
        clear_output(wait=True)
        display("shown")
        """,
    ),
    case(
        "clear-output-wait-then-value",
        """
        from IPython.display import clear_output
        print("gone")
        clear_output(wait=True)
        42
        """,
    ),
    case(
        "clear-output-wait-then-error",
        cell(
            """
            from IPython.display import clear_output
            print("gone")
            clear_output(wait=True)
            1 / 0
            """,
            "error",
        ),
    ),
    case(
        "clear-output-last",
        "from IPython.display import clear_output\nprint(1)\nclear_output()",
    ),
    case(
        "clear-output-wait-last",
        "from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)",
        "print(2)",
    ),
    case(
        "clear-output-wait-twice",
        """
        from IPython.display import clear_output
        print(1)
        clear_output(wait=True)
        clear_output(wait=True)
        clear_output()
        """,
    ),
    case("large-output", "print('x' * 300_000)\nfor i in range(2000):\n    print(i)\n'y' * 5000"),
    case(
        "redirect-stdout",
        """
         import contextlib, io
         with contextlib.redirect_stdout(io.StringIO()) as text:
             print("caught")
             1
         print(repr(text.getvalue()))
         """,
    ),
    case(
        "replaced-print",
        """
         import builtins
         plain = print
         builtins.print = lambda *a, **k: plain("mine:", *a, **k)
         print(1)
         """,
        "print(2)\nbuiltins.print = plain",
    ),
    case(
        "replaced-stdout",
        "import sys, io\nbefore, sys.stdout = sys.stdout, io.StringIO()\nprint('hidden')\n3",
        "text = sys.stdout.getvalue()\nsys.stdout = before\ntext",
    ),
    case(
        "replaced-displayhook",
        "import sys\nsys.displayhook = lambda value: print('hook', value)\n1\n2",
        "3",
    ),
    case(
        "all-values",
        "%config InteractiveShell.ast_node_interactivity = 'all'",
        "1\nx = 2\nx\nif x:\n    x + 1",
    ),
    case(
        "rich-repr",
        """
         class Rich:
             def _repr_html_(self):
                 return "<b>rich</b>"
             def __repr__(self):
                 return "plain"
         display(Rich())
         Rich()
         """,
    ),
    case(
        "mimebundle",
        """
         class Bundle:
             def _repr_mimebundle_(self, include=None, exclude=None):
                 return {"text/plain": "b", "application/x-own": [1]}, {"m": 1}
             def _ipython_display_(self):
                 print("displays itself")
         Bundle()
         """,
    ),
    case(
        "logging",
        """
         import logging, sys
         logging.basicConfig(stream=sys.stdout, level="INFO", force=True,
                             format="%(levelname)s %(lineno)d %(funcName)s %(message)s")
         def f():
             logging.info("in f")
         f()
         logging.warning("top")
         """,
    ),
    case(
        "warnings",
        """
         import warnings
         warnings.warn("first")
         def f():
             warnings.warn("in a function", DeprecationWarning, stacklevel=2)
         for i in range(3):
             f()
         warnings.simplefilter("always")
         f()
         1 is 1
         """,
    ),
]
