import { sha256 } from 'js-sha256';

/** Hexadecimal digits of a hash. */
const LENGTH = 16;

/**
 * The `sourceHash` of a target, as the kernel side computes it.
 *
 * Not by the browser's own SHA-256: that has none on a page without HTTPS, and many
 * hubs inside of firms are such.
 */
export function sourceHash(source: string): string {
  return sha256(source.replace(/\r\n?/g, '\n')).slice(0, LENGTH);
}
