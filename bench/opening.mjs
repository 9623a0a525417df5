/**
 * Drives Chromium for opening.py: `node opening.mjs SETTINGS` prints
 * `{step: [ms, …]}`.
 */
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../ui-tests/package.json', import.meta.url)
);
const { chromium } = require('@playwright/test');

const { lab, snakeviz, files, runs } = JSON.parse(process.argv[2]);
const browser = await chromium.launch(require('./chromium.js'));
const context = await browser.newContext({
  viewport: { width: 1280, height: 900 }
});
const measured = {};
const add = (step, time) => (measured[step] ??= []).push(time);

/** In the page: the time of the paint of what a selector finds. */
function prepare() {
  window.drawn = selector =>
    new Promise(resolve => {
      const look = () => {
        const isThere = document.querySelector(selector) !== null;
        if (isThere) {
          requestAnimationFrame(() =>
            setTimeout(() => resolve(performance.now()))
          );
        }
        return isThere;
      };
      if (!look()) {
        const observer = new MutationObserver(
          () => look() && observer.disconnect()
        );
        observer.observe(document, {
          attributes: true,
          childList: true,
          subtree: true
        });
      }
    });
}

/** Open a file in JupyterLab; milliseconds until something of it is painted. */
async function openFile(page, path, selector) {
  return page.evaluate(
    async ([path, selector]) => {
      // What came before is over.
      await new Promise(resolve => setTimeout(resolve, 500));
      const begin = performance.now();
      window.jupyterapp.commands.execute('docmanager:open', { path });
      const within = '.jp-Document:not(.lm-mod-hidden) .jp-CellProfiler-output';
      return (await window.drawn(`${within} ${selector}`)) - begin;
    },
    [path, selector]
  );
}

/** Press a button; milliseconds until something is painted. */
async function press(page, label, selector) {
  return page.evaluate(
    async ([label, selector]) => {
      await new Promise(resolve => setTimeout(resolve, 500));
      const button = [...document.querySelectorAll('button')].find(
        ({ textContent }) => textContent === label
      );
      const begin = performance.now();
      button.click();
      return (await window.drawn(selector)) - begin;
    },
    [label, selector]
  );
}

const close = page =>
  page.evaluate(() => window.jupyterapp.shell.currentWidget.close());

try {
  const page = await context.newPage();
  await page.goto(lab);
  await page.waitForSelector('.jp-Launcher', { timeout: 60000 });
  await page.evaluate(prepare);
  await page.waitForTimeout(2000);
  for (let run = 0; run < runs; run++) {
    // Without totals there is no summary: the table is shown at once.
    const table = await openFile(page, files.calls, '[role=grid]');
    const icicle = await press(page, 'Icicle', 'g.slice path');
    await close(page);
    add('calls: file with table', table);
    add('calls: icicle', icicle);
    add('calls: both', table + icicle);
    if (snakeviz) {
      const other = await context.newPage();
      await other.addInitScript(prepare);
      await other.addInitScript(() => {
        window.time = window.drawn('#chart rect');
      });
      await other.goto(snakeviz);
      add('snakeviz', await other.evaluate(() => window.time));
      await other.close();
    }
    const canvas = '.jp-CellProfiler-flameCanvas';
    add('stacks: file', await openFile(page, files.stacks, canvas));
    await close(page);
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(measured));
