"""Cells with magics, shell commands and questions."""

from __future__ import annotations

from .case import ANY, case, cell

MAGICS = [
    case("time-cell", "%%time\nx = sum(range(100))\nx", "x", digits=True),
    case("time-cell-error", cell("%%time\nx = 1\n1 / 0", ANY, reply=ANY), digits=True),
    case("time-line", "%time y = sum(range(100))\ny", "%time 1 + 1", digits=True),
    case("time-line-error", cell("x = 1\n%time 1 / 0", ANY, reply=ANY), digits=True),
    case("timeit-cell", "%%timeit -n1 -r1 z = 3\nz * 2", digits=True),
    case("timeit-line", "def f():\n    return 1\n%timeit -n1 -r1 f()", digits=True),
    case("timeit-result", "r = %timeit -n1 -r1 -o -q 1\ntype(r).__name__", digits=True),
    case(
        "prun",
        "def f():\n    return sum([1, 2])\n%prun -q -r f()\nf()",
        digits=True,
        # With the magics loaded it is ours, which says that it runs plainly: see test_prun.
        roads=("button",),
    ),
    case(
        "capture",
        "%%capture caught\nprint('hidden')\ndisplay('also')\n5",
        "caught.stdout, len(caught.outputs)\n",
    ),
    case("capture-error", "%%capture caught\nprint('hidden')\n1 / 0", "print(caught)"),
    case(
        "writefile", "%%writefile written.txt\nline 1\nline 2", "print(open('written.txt').read())"
    ),
    case("bash", "%%bash\necho out\necho err >&2\nexit 0"),
    case("bash-error", cell("%%bash\nexit 3", "error")),
    case("html", "%%html\n<b>bold</b>"),
    case("javascript", "%%javascript\n1 + 1"),
    case("latex-markdown", "%%latex\n$x$", "%%markdown\n**x**"),
    case("script", "%%script cat\nfrom stdin", "%%sh\necho sh"),
    case("unknown-cell-magic", cell("%%nosuchmagic\nx", "error")),
    case("unknown-line-magic", cell("x = 1\n%nosuchmagic", "error")),
    case("who", "a = 1\ndef b():\n    pass\n%who", "%whos int", "%who_ls"),
    case(
        "matplotlib-inline",
        "%matplotlib inline\nimport matplotlib\nmatplotlib.get_backend()",
        needs=("matplotlib",),
    ),
    case(
        "run-script",
        "open('script.py', 'w').write('import sys\\nprint(__name__, sys.argv)\\nvalue = 3\\n')",
        "%run script.py one two\nvalue",
    ),
    case(
        "run-script-error",
        "open('script.py', 'w').write('def f():\\n    1 / 0\\nf()\\n')",
        "print('x')\n%run script.py",
    ),
    case("pdb-off", "%pdb off", "%pdb"),
    case(
        "config",
        "%config IPCompleter.greedy = False\n%config IPCompleter.greedy",
        "%config IPCompleter.greedy = True",
        "%config IPCompleter.greedy = False",
    ),
    case("precision", "%precision 3\n3.14159265", "2.5", "%precision"),
    case(
        "cd-env",
        "import os\n%mkdir -p below\n%cd -q below\n%env CELLS=1\nos.environ['CELLS']",
        "os.path.basename(os.getcwd())",
    ),
    case("store-history-magics", "x = 1\nx", "%history -n", "%recall 1"),
    case("reset-selective", "aa = 1\nab = 2\nb = 3", "%reset_selective -f ^a", "%who"),
    case("reset", "def f():\n    return 1\nf()", "%reset -f\n'f' in globals()"),
    case(
        "autoreload",
        "open('reloaded.py', 'w').write('def f():\\n    return 1\\n')",
        "import sys\nsys.path.insert(0, '')\nsys.modules.pop('reloaded', None)\n"
        "%load_ext autoreload\n%autoreload 2\nimport reloaded\nreloaded.f()",
        "reloaded.f()",
        "sys.path.remove('')",
    ),
    case(
        "shell-command",
        "!echo hello; echo error >&2",
        "x = !echo 1; echo 2\nx",
        "!exit 3\n_exit_code",
    ),
    case("shell-expansion", "v = 'value'\n!echo {v} $v\nfor i in range(2):\n    !echo $i"),
    case("help", "import json\njson.dumps?", "?json.loads", "json.JSONDecodeError??"),
    case("help-own", "def f(a, b=2):\n    'Docs of f.'\n    return a", "f??", "f?\n"),
    case("help-unknown", "nosuchthing?"),
    case("psearch", "js*?"),
    case("line-magic-assign", "where = %pwd\nimport os\nwhere == os.getcwd()"),
    case("lsmagic", "type(get_ipython().find_magic('lsmagic')()).__name__"),
    case("nested-magics", "%%capture\n%%time\n1", digits=True),
    # Below another line the bare word is no call.
    case("exit", "exit", fatal=True, roads=("button",)),
    case("quit-call", "quit()", fatal=True),
]
