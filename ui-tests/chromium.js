/** How Chromium is started, for the browser tests and for bench/paint.mjs. */
module.exports = {
  // Unset, Playwright takes the Chromium that it downloaded.
  executablePath: process.env.CHROMIUM || undefined,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync'
  ]
};
