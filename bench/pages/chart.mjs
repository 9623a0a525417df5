import { FlameChart } from 'flame-chart-js';

window.FlameChart = FlameChart;
