/**
 * Cell Profiler in a real Chromium, against a JupyterLab of its own: a free port,
 * and a folder in the system's temporary one for its files, settings and kernels.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

// Playwright reads this file again in each worker: what is chosen here the first
// time is handed on in the environment.
if (!process.env.CELL_PROFILER_TEST_DIR) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cell-profiler-ui-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  process.env.CELL_PROFILER_TEST_DIR = folder;
  process.env.CELL_PROFILER_TEST_PORT = execFileSync(process.execPath, [
    '-e',
    `const server = require('node:net').createServer();
     server.listen(0, '127.0.0.1', () => {
       process.stdout.write(String(server.address().port));
       server.close();
     });`
  ]).toString();
}
const folder = process.env.CELL_PROFILER_TEST_DIR;
const url = `http://127.0.0.1:${process.env.CELL_PROFILER_TEST_PORT}`;

module.exports = {
  ...baseConfig,
  testDir: 'tests',
  // One test runs at most about ten seconds; a machine may be slow.
  timeout: 90 * 1000,
  expect: { timeout: 15 * 1000 },
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    ...baseConfig.use,
    baseURL: url,
    viewport: { width: 1280, height: 900 },
    // Playwright would want an ffmpeg of its own for it.
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: require('./chromium.js')
  },
  webServer: {
    command: 'jlpm start',
    url: `${url}/lab`,
    timeout: 120 * 1000,
    reuseExistingServer: false,
    // With a signal that it can answer, the server ends its kernels.
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10 * 1000 },
    env: {
      JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
      JUPYTER_DATA_DIR: path.join(folder, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
      IPYTHONDIR: path.join(folder, 'ipython')
    }
  }
};
