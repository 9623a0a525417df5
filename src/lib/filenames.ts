/** Characters of a name that all file systems take, with room for an ending. */
const LONGEST = 80;

/**
 * A file name from a title, which may be a stranger's: no separators, no characters
 * that Windows refuses, none that cannot be seen, no leading dot.
 *
 * @param ending - with its dot, is kept whole
 * @param fallback - when nothing is left of the title
 */
export function safeFileName(
  title: string,
  ending: string,
  fallback: string
): string {
  const name = title
    .slice(0, 4 * LONGEST)
    // Controls, formats (as the one that turns the direction), lone surrogates.
    .replace(/[\p{C}\p{Z}\s<>:"/\\|?*[\]()%#&{}$!'`@+=;,~^]+/gu, '-')
    .replace(/^[-.]+/, '');
  const short = [...name].slice(0, LONGEST).join('').replace(/[-.]+$/, '');
  // Names of devices in Windows, with any ending.
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short);
  return (reserved || short === '' ? fallback : short) + ending;
}
