/**
 * Drives Chromium for flame.py: `node flame.mjs CONFIG` prints
 * `{"open": {tool: {nodes: [[ms, ms of work], …]}}, "walk": {tool: {zoom: [ms, …], pan: […]}}}`; an
 * opening that took longer than the limit is null.
 */
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

import { columns, documentOf, nested, tree } from './tree.mjs';

const require = createRequire(
  new URL('../ui-tests/package.json', import.meta.url)
);
const { chromium } = require('@playwright/test');

/** Folder of the bundles and of files for speedscope; style sheets of JupyterLab. */
const { folder, theme, sizes, runs, steps, limit } = JSON.parse(
  process.argv[2]
);
const SPEEDSCOPE = path.join(
  path.dirname(require.resolve('speedscope/package.json')),
  'dist/release/index.html'
);
const PLOTLY = require.resolve('../node_modules/plotly.js/dist/plotly.min.js');
const VIEWPORT = { width: 1280, height: 900 };

/**
 * For each tool what it is loaded from and how it is called, in the page, with what
 * it wants to have. The promise is for the paint: the task after the frame.
 */
const TOOLS = {
  ours: {
    scripts: ['ours.js'],
    input: ({ document }) => document,
    call: async (document, element) => {
      window.ours.open(document, element, { tab: 'flame' });
      await window.drawn('.jp-CellProfiler-flameCanvas');
    }
  },
  // As a file that is opened.
  'ours from text': {
    scripts: ['ours.js'],
    input: ({ document }) => JSON.stringify(document),
    call: async (text, element) => {
      window.ours.open(text, element, { tab: 'flame' });
      await window.drawn('.jp-CellProfiler-flameCanvas');
    }
  },
  'flame-chart-js': {
    scripts: ['chart.js'],
    input: ({ columns }) =>
      nested(columns, (name, start, duration, type) => ({
        name,
        start,
        duration,
        type: String(type % 12),
        children: []
      })),
    call: async (data, element) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1248, 880];
      element.append(canvas);
      window.chart = new window.FlameChart({ canvas, data: [data] });
      await window.drawn('canvas');
    }
  },
  'd3-flame-graph': {
    scripts: ['d3.js'],
    input: ({ columns }) =>
      nested(columns, (name, _, value) => ({ name, value, children: [] })),
    call: async (data, element) => {
      const { flamegraph, select } = window.d3FlameGraph;
      const chart = flamegraph().width(1248).transitionDuration(0);
      select(element).datum(data).call(chart);
      // Boxes have their width after a transition, of no time here.
      await window.drawn('svg rect[width]');
    }
  },
  'd3-flame-graph, 1 px': {
    scripts: ['d3.js'],
    input: ({ columns }) =>
      nested(columns, (name, _, value) => ({ name, value, children: [] })),
    call: async (data, element) => {
      const { flamegraph, select } = window.d3FlameGraph;
      const chart = flamegraph().width(1248).transitionDuration(0);
      select(element).datum(data).call(chart.minFrameSize(1));
      await window.drawn('svg rect[width]');
    }
  },
  speedscope: {
    url: pathToFileURL(SPEEDSCOPE).href,
    input: ({ speedscope }) => speedscope,
    call: async text => {
      const files = new DataTransfer();
      files.items.add(new File([text], 'profile.speedscope.json'));
      const input = document.querySelector('input[type=file]');
      input.files = files.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
      // The second canvas is the picture's.
      await window.drawn('canvas', 2);
    }
  },
  plotly: {
    scripts: [PLOTLY],
    most: 1000,
    input: ({ columns: of }) => columns(of),
    call: async (data, element) => {
      await window.Plotly.newPlot(
        element,
        [{ type: 'icicle', branchvalues: 'total', ...data }],
        { width: 1248, height: 880 }
      );
      await window.drawn('.icicle');
    }
  }
};

/** In the page: `drawn`, a promise for the paint of what a selector finds. */
function prepare() {
  window.drawn = (selector, count = 1) =>
    new Promise(resolve => {
      const look = () => {
        if (document.querySelectorAll(selector).length >= count) {
          requestAnimationFrame(() => setTimeout(resolve));
          return true;
        }
        return false;
      };
      if (!look()) {
        const observer = new MutationObserver(() => {
          if (look()) {
            observer.disconnect();
          }
        });
        observer.observe(document, {
          attributes: true,
          childList: true,
          subtree: true
        });
      }
    });
}

let browser = await chromium.launch(require('./chromium.js'));

/** A page with a tool, ready to be called. */
async function pageOf({ scripts, url }) {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript(prepare);
  if (url) {
    await page.goto(url);
    return page;
  }
  await page.setContent('<!doctype html><body><div id="place"></div></body>');
  await page.evaluate(prepare);
  for (const file of theme) {
    await page.addStyleTag({ content: fs.readFileSync(file, 'utf8') });
  }
  for (const script of scripts) {
    await page.addScriptTag({ path: path.resolve(folder, script) });
  }
  return page;
}

/** The processor time of the main thread of a page until now, in milliseconds. */
async function clockOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
}

/**
 * Milliseconds from the call to the paint, and those in which the page worked; null
 * when that takes too long.
 */
async function measure(tool, profile) {
  const page = await pageOf(tool);
  const clock = await clockOf(page);
  await page.evaluate(
    json => {
      window.input = JSON.parse(json);
    },
    JSON.stringify(tool.input(profile))
  );
  // What came before is over: scripts are parsed, the input is read.
  await page.waitForTimeout(300);
  const before = await clock();
  const measured = page.evaluate(`(async () => {
    const call = ${tool.call};
    const begin = performance.now();
    await call(window.input, document.getElementById('place'));
    return performance.now() - begin;
  })()`);
  let timer;
  const result = await Promise.race([
    measured.catch(() => null),
    new Promise(resolve => {
      timer = setTimeout(resolve, limit, null);
    })
  ]);
  clearTimeout(timer);
  if (result === null) {
    // A page that is busy cannot be closed.
    await browser.close();
    browser = await chromium.launch(require('./chromium.js'));
    return null;
  }
  const work = (await clock()) - before;
  await page.context().close();
  return [result, work];
}

/** The same for speedscope with its page, as its command line opens a file. */
async function measureSpeedscopePage({ speedscope }) {
  const file = path.join(folder, 'profile.js');
  const base64 = Buffer.from(speedscope).toString('base64');
  fs.writeFileSync(
    file,
    `speedscope.loadFileFromBase64('profile.speedscope.json', '${base64}')`
  );
  const page = await browser.newPage({ viewport: VIEWPORT });
  const clock = await clockOf(page);
  const before = await clock();
  await page.addInitScript(prepare);
  await page.addInitScript(() => {
    window.time = window.drawn('canvas', 2).then(() => performance.now());
  });
  await page.goto(`${pathToFileURL(SPEEDSCOPE)}#localProfilePath=${file}`);
  const result = await page.evaluate(() => window.time);
  const work = (await clock()) - before;
  await page.context().close();
  return [result, work];
}

/**
 * What the page has to do for each step of the wheel and of a drag, in milliseconds of
 * processor time of its main thread: handlers, drawing, style, layout and paint. `idle` are steps in
 * which nothing happens.
 */
async function walk(tool, profile, selector, delta, key) {
  const page = await pageOf(tool);
  await page.evaluate(
    json => {
      window.input = JSON.parse(json);
    },
    JSON.stringify(tool.input(profile))
  );
  await page.evaluate(
    `(${tool.call})(window.input, document.getElementById('place'))`
  );
  await page.waitForTimeout(1000);
  const clock = await clockOf(page);
  const settled = () =>
    page.evaluate(
      () =>
        new Promise(resolve =>
          requestAnimationFrame(() =>
            requestAnimationFrame(() => setTimeout(resolve))
          )
        )
    );
  const measureSteps = async step => {
    const times = [];
    for (let index = 0; index < steps; index++) {
      const begin = await clock();
      await step(index);
      await settled();
      times.push((await clock()) - begin);
    }
    return times;
  };
  const { x, y, width, height } = await page
    .locator(selector)
    .last()
    .boundingBox();
  const at = [x + 0.4 * width, y + Math.min(height / 2, 200)];
  await page.mouse.move(...at);
  await settled();
  const idle = await measureSteps(() => undefined);
  if (key) {
    await page.keyboard.down(key);
  }
  // In and half of the way back, to where there are still many boxes.
  const zoom = await measureSteps(index =>
    page.mouse.wheel(0, index < (2 * steps) / 3 ? -delta : delta)
  );
  if (key) {
    await page.keyboard.up(key);
  }
  await page.mouse.down();
  const pan = await measureSteps(index =>
    page.mouse.move(at[0] - 8 * (index + 1), at[1])
  );
  await page.mouse.up();
  await page.screenshot({ path: path.join(folder, `${key ?? 'walk'}.png`) });
  await page.context().close();
  return { idle, zoom, pan };
}

const measured = { open: {}, walk: {} };
try {
  for (const size of sizes) {
    const of = tree(size);
    // Another one each time: the browser may be another.
    const converter = await pageOf(TOOLS.ours);
    const document = documentOf(of);
    const speedscope = await converter.evaluate(
      document => JSON.stringify(window.ours.speedscopeFile(document)),
      document
    );
    await converter.context().close();
    const profile = { columns: of, document, speedscope };
    const hopeless = new Set();
    for (let run = 0; run < runs; run++) {
      for (const [name, tool] of Object.entries(TOOLS)) {
        if (!hopeless.has(name) && size <= (tool.most ?? Infinity)) {
          const time = await measure(tool, profile);
          ((measured.open[name] ??= {})[size] ??= []).push(time);
          if (time === null) {
            hopeless.add(name);
          }
        }
      }
      const time = await measureSpeedscopePage(profile);
      ((measured.open['speedscope with its page'] ??= {})[size] ??= []).push(
        time
      );
    }
    if (size === Math.max(...sizes)) {
      // The wheel so far that both show about a third of the whole in the end.
      const ours = '.jp-CellProfiler-flameScroll';
      measured.walk.ours = await walk(TOOLS.ours, profile, ours, 6, 'Control');
      measured.walk['flame-chart-js'] = await walk(
        TOOLS['flame-chart-js'],
        profile,
        'canvas',
        40
      );
    }
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(measured));
