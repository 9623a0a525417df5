/**
 * Drives Chromium for paint.py: `node paint.mjs URL RUNS` prints
 * `{"widget": [ms, …], "plain": [ms, …]}`.
 */
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../ui-tests/package.json', import.meta.url)
);
const { chromium } = require('@playwright/test');

const [url, runs] = process.argv.slice(2);
const browser = await chromium.launch(require('./chromium.js'));
const measured = { widget: [], plain: [] };
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 }
  });
  await page.goto(url);
  await page.waitForSelector('.jp-CellProfiler-run', { timeout: 60000 });
  await page.waitForFunction(
    () =>
      window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
        ?.status === 'idle',
    null,
    { timeout: 60000 }
  );
  for (let run = 0; run < Number(runs); run++) {
    measured.widget.push(await page.evaluate(measure, true));
    measured.plain.push(await page.evaluate(measure, false));
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(measured));

/**
 * Runs in the page: milliseconds from the time of day that the cell gave as its
 * value to the paint of the profile, or of the value itself.
 */
async function measure(isProfiled) {
  const app = window.jupyterapp;
  const output = app.shell.currentWidget.content.node;
  performance.clearMarks('cell-profiler:rendered');
  const painted = new Promise(resolve => {
    if (isProfiled) {
      new PerformanceObserver((list, observer) => {
        for (const entry of list.getEntriesByName('cell-profiler:rendered')) {
          observer.disconnect();
          resolve(performance.timeOrigin + entry.startTime);
        }
      }).observe({ entryTypes: ['mark'] });
    } else {
      const observer = new MutationObserver(() => {
        if (output.querySelector('.jp-OutputArea-executeResult')) {
          observer.disconnect();
          // As the widget does it: the frame, and the task after it.
          requestAnimationFrame(() =>
            setTimeout(() =>
              resolve(performance.timeOrigin + performance.now())
            )
          );
        }
      });
      app.commands.execute('notebook:clear-cell-output').then(() => {
        observer.observe(output, { childList: true, subtree: true });
      });
    }
  });
  await new Promise(resolve => setTimeout(resolve, 200));
  await app.commands.execute(
    isProfiled ? 'cell-profiler:run' : 'notebook:run-cell'
  );
  const at = await painted;
  const value = output.querySelector('.jp-OutputArea-executeResult pre');
  return at - 1000 * Number(value.textContent);
}
