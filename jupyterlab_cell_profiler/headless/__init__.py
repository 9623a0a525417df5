"""``python -m jupyterlab_cell_profiler``: what works without a front end."""
