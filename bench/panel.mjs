/**
 * Drives Chromium for panel.py: `node panel.mjs URL TIMES` prints
 * `{"first": [ms, …], "again": [ms, …], "frame": [ms, …], "rows": n}`.
 */
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../ui-tests/package.json', import.meta.url)
);
const { chromium } = require('@playwright/test');

/** Pixels of a turn of the wheel, and turns. */
const STEP = 600;
const STEPS = 120;

const [url, times] = process.argv.slice(2);
const browser = await chromium.launch(require('./chromium.js'));
const measured = { first: [], again: [], frame: [], rows: 0 };
try {
  for (let run = 0; run < Number(times); run++) {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 }
    });
    await page.goto(url);
    await page.waitForSelector('.jp-Launcher', { timeout: 60000 });
    // What else comes with the page is over.
    await page.waitForTimeout(2000);
    measured.first.push(await page.evaluate(show));
    await page.evaluate(() => window.jupyterapp.shell.collapseLeft());
    measured.again.push(await page.evaluate(show));
    if (run === 0) {
      measured.frame = await scroll(page);
      measured.rows = await page
        .locator('.jp-CellProfiler-historyItem')
        .count();
    }
    await page.close();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(measured));

/** Runs in the page: milliseconds from the command to the paint of runs in the panel. */
async function show() {
  const selector = '.jp-CellProfiler-historyItem';
  const isThere = () =>
    [...document.querySelectorAll(selector)].some(
      ({ offsetParent }) => offsetParent
    );
  const begin = performance.now();
  const painted = new Promise(resolve => {
    // The frame that has them, and the task after it.
    const look = () =>
      isThere()
        ? requestAnimationFrame(() =>
            setTimeout(() => resolve(performance.now()))
          )
        : setTimeout(look);
    look();
  });
  await window.jupyterapp.commands.execute('cell-profiler:show-history');
  return (await painted) - begin;
}

/** Milliseconds between frames while the list is scrolled to its end, as fast as a hand can. */
async function scroll(page) {
  const list = page.locator('.jp-CellProfiler-historyList');
  await list.hover();
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const note = now => {
      window.frames_.push(now - last);
      last = now;
      window.noting_ = requestAnimationFrame(note);
    };
    window.noting_ = requestAnimationFrame(note);
  });
  for (let step = 0; step < STEPS; step++) {
    await page.mouse.wheel(0, STEP);
    await page.waitForTimeout(30);
  }
  return page.evaluate(() => {
    cancelAnimationFrame(window.noting_);
    return window.frames_.slice(1);
  });
}
