import flamegraph from 'd3-flame-graph';
import { select } from 'd3-selection';

window.d3FlameGraph = { flamegraph, select };
