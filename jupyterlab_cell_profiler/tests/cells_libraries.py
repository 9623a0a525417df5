"""Cells that use libraries with output of their own."""

from __future__ import annotations

from .case import case, cell

LIBRARIES = [
    case(
        "matplotlib-figure",
        """
        %matplotlib inline
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots(figsize=(2, 1))
        axes.plot([1, 2])
        print("drawn")
        plt.show()
        print("shown")
        """,
        "plt.figure(figsize=(1, 1))\nplt.plot([1]);",
        needs=("matplotlib",),
    ),
    case(
        "matplotlib-value",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "plt.figure(figsize=(1, 1))\nplt.hist([1, 2, 2])",
        needs=("matplotlib",),
    ),
    case(
        "pandas-display",
        """
        import pandas as pd
        frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
        display(frame.describe())
        frame
        """,
        cell("frame['c']", "error"),
        needs=("pandas",),
    ),
    case("numpy-warning", "import numpy as np\nnp.array([1.0]) / 0", needs=("numpy",)),
    case(
        "ipywidgets",
        """
        import ipywidgets as widgets
        slider = widgets.IntSlider(value=3)
        slider.observe(lambda change: print("changed to", change["new"]), "value")
        slider.value = 5
        slider
        """,
        "slider.value = 7",
        needs=("ipywidgets",),
    ),
    case(
        "ipywidgets-output",
        """
        import ipywidgets as widgets
        output = widgets.Output()
        display(output)
        with output:
            print("inside")
        @output.capture()
        def f():
            print("captured")
        f()
        """,
        needs=("ipywidgets",),
    ),
    case(
        "interact",
        """
        from ipywidgets import interact
        @interact(x=(0, 3))
        def f(x=1):
            print("x is", x)
            return x
        """,
        needs=("ipywidgets",),
    ),
]
