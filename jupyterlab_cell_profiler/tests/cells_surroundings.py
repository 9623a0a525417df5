"""Cells that look at what they run in, and change it."""

from __future__ import annotations

from .case import Difference, Step, case, cell

SURROUNDINGS = [
    case(
        "module-name",
        "__name__, __builtin__.__name__, globals() is locals(), '__file__' in globals()",
    ),
    case("locals", "x = 1\n'x' in locals(), locals() is get_ipython().user_ns"),
    case("main-module", "import __main__\ny = 2\n__main__.y, __main__.__dict__ is globals()"),
    case(
        "weakref-gc",
        """
        import gc, weakref
        class A: pass
        a = A()
        r = weakref.ref(a, lambda _: print("collected"))
        weakref.finalize(a, print, "finalized")
        del a
        gc.collect()
        r() is None
        """,
    ),
    case(
        "finalizer-function",
        """
        import weakref
        def f():
            return 1
        weakref.finalize(f, print, "f is gone")
        f()
        del f
        """,
    ),
    case(
        "chdir",
        "import os\nos.makedirs('below', exist_ok=True)\nos.chdir('below')\n"
        "os.path.basename(os.getcwd())",
        "os.path.basename(os.getcwd())",
    ),
    case(
        "environ",
        "import os\nos.environ['OWN_VARIABLE'] = '1'\nos.environ.pop('TERM', None)",
        "os.environ['OWN_VARIABLE']",
    ),
    case("recursion-limit", "import sys\nsys.setrecursionlimit(1500)\nsys.getrecursionlimit()"),
    case(
        "run-cell-inside",
        "result = get_ipython().run_cell('inner = 1\\ninner + 1')\nprint(result.result)\n3",
        "inner",
    ),
    case(
        "run-cell-inside-error", "r = get_ipython().run_cell('1 / 0')\nprint(type(r.error_in_exec))"
    ),
    case("ex-ev", "get_ipython().ex('z = 4')\nget_ipython().ev('z * 2')"),
    case(
        "run-line-magic",
        "get_ipython().run_line_magic('pwd', '') == get_ipython().magics_manager"
        ".magics['line']['pwd']('')",
    ),
    case(
        "user-hooks",
        """
        def before(info):
            print("before", len(info.raw_cell) > 0)
        def after(result):
            print("after", result.success)
        get_ipython().events.register("pre_run_cell", before)
        get_ipython().events.register("post_run_cell", after)
        """,
        "print('cell')",
        cell("1 / 0", "error"),
        profile_last=False,
    ),
    case(
        "user-execute-hooks",
        """
        get_ipython().events.register("pre_execute", lambda: print("pre"))
        get_ipython().events.register("post_execute", lambda: print("post"))
        """,
        "print('cell')",
    ),
    case(
        "ast-transformer",
        """
        import ast
        class Double(ast.NodeTransformer):
            def visit_Constant(self, node):
                if isinstance(node.value, int):
                    return ast.copy_location(ast.Constant(node.value * 2), node)
                return node
        shell = get_ipython()
        shell.ast_transformers.append(Double())
        """,
        "3 + 4",
        "shell.ast_transformers.clear()",
    ),
    case(
        "input-transformer",
        """
        def swap(lines):
            return [line.replace("ONE", "1") for line in lines]
        get_ipython().input_transformers_post.append(swap)
        """,
        "ONE + ONE",
        "get_ipython().input_transformers_post.clear()",
    ),
    case("set-next-input", "get_ipython().set_next_input('next cell')"),
    case("page", "from IPython.core import page\npage.page('paged text')"),
    case("builtin-profile", "try:\n    profile\nexcept NameError as error:\n    print(error)"),
    case(
        "line-profiler-in-cell",
        """
        import line_profiler
        def f():
            x = 1
            return x
        p = line_profiler.LineProfiler(f)
        p.runcall(f)
        [hits for timings in p.get_stats().timings.values() for _, hits, _ in timings]
        """,
        Step(
            "p.runcall(f)\n"
            "hits = [h for timings in p.get_stats().timings.values() for _, h, _ in timings]\n"
            "del f\nprint('after two calls:', hits)",
            profiled=False,
        ),
        differences={
            "lines": (
                Difference(
                    "A `LineProfiler` of one's own",
                    r"after two calls: \[1, 1\]",
                    "after two calls: [2, 2]",
                ),
            )
        },
    ),
]
