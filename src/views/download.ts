/** Milliseconds that a browser gets to begin with a download. */
const GRACE = 10_000;

/**
 * Give a file to the person: the browser asks or puts it where downloads go.
 *
 * @param mimeType - of no kind that a browser would show itself
 */
export function download(
  name: string,
  content: string | Uint8Array | Blob,
  mimeType: string
): void {
  const url = URL.createObjectURL(new Blob([content], { type: mimeType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  // Some browsers follow only links that are in the page.
  link.hidden = true;
  document.body.appendChild(link);
  link.click();
  link.remove();
  // Not at once: some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(url), GRACE);
}
