import type { Unit } from '../document';

/** What stands where there is no value. */
export const NO_VALUE = '–';

/** Narrow no-break space: number and unit stay together, also in a narrow table. */
const GAP = '\u202f';

/** Between two pairs of number and unit, which also stay together. */
const SPACE = '\u00a0';

const THOUSAND = ',';

/** Digits after the point, if nobody says. */
export const DECIMALS = 2;

interface IScale {
  readonly least: number;
  readonly suffix: string;
}

const SECONDS: readonly IScale[] = [
  { least: 1, suffix: 's' },
  { least: 1e-3, suffix: 'ms' },
  { least: 1e-6, suffix: 'µs' },
  { least: 1e-9, suffix: 'ns' }
];

const BYTES: readonly IScale[] = [
  { least: 1e12, suffix: 'TB' },
  { least: 1e9, suffix: 'GB' },
  { least: 1e6, suffix: 'MB' },
  { least: 1e3, suffix: 'kB' },
  { least: 1, suffix: 'B' }
];

const COUNTS: readonly IScale[] = [
  { least: 1e12, suffix: 'T' },
  { least: 1e9, suffix: 'G' },
  { least: 1e6, suffix: 'M' }
];

/**
 * The one formatter of values.
 *
 * @param value - in `unit`: seconds, bytes, counts, percent (0…100), ratio
 * @param unit - as the document has it
 * @param decimals - digits after the point of a number below ten; longer ones have
 *   fewer, so that all are equally exact (2: `2.41 s`, `24.1 s`, `241 ms`), and
 *   percentages have one less (`7.1 %`, `71 %`), since more of them is noise
 * @returns text such as `2.41 s`, `16 kB`, `1,234`, `34.2 M`, `71 %`; a dash for null
 */
export function formatValue(
  value: number | null,
  unit: Unit,
  decimals: number = DECIMALS
): string {
  if (value === null || !Number.isFinite(value)) {
    return NO_VALUE;
  }
  switch (unit) {
    case 'seconds':
      return formatSeconds(value, decimals);
    case 'bytes':
      return scaled(value, BYTES, Math.abs(value) < 1000 ? 0 : decimals);
    case 'count':
      return formatCount(value, decimals);
    case 'percent':
      return formatPercent(value, decimals);
    case 'ratio':
      return grouped(value, digits(value, decimals));
  }
}

/**
 * The share of a whole as text.
 *
 * @returns such as `41 %`, `< 0.1 %`; a dash without a whole or a part
 */
export function formatShare(
  part: number | null,
  whole: number | null,
  decimals: number = DECIMALS
): string {
  const share = shareOf(part, whole);
  return share === null ? NO_VALUE : formatPercent(100 * share, decimals);
}

/**
 * The share of a whole as a number.
 *
 * @returns 0…1 (clamped, since two clocks never agree wholly), null without a whole or a part
 */
export function shareOf(
  part: number | null,
  whole: number | null
): number | null {
  if (part === null || whole === null || !(whole > 0) || !(part >= 0)) {
    return null;
  }
  return Math.min(1, part / whole);
}

function formatSeconds(value: number, decimals: number): string {
  const size = Math.abs(value);
  // 59.996 s would otherwise be rounded to "60.0 s" next to "1 min 00 s".
  if (size < 59.95) {
    return scaled(value, SECONDS, size < 1e-6 ? 0 : decimals);
  }
  const sign = value < 0 ? '-' : '';
  const whole = Math.round(size);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const pad = (part: number): string => String(part).padStart(2, '0');
  return hours > 0
    ? `${sign}${grouped(hours, 0)}${GAP}h${SPACE}${pad(minutes)}${GAP}min`
    : `${sign}${minutes}${GAP}min${SPACE}${pad(whole % 60)}${GAP}s`;
}

function formatCount(value: number, decimals: number): string {
  return Math.abs(value) < 999_999.5
    ? grouped(
        value,
        Number.isInteger(value) ? 0 : digits(value, decimals)
      )
    : scaled(value, COUNTS, decimals);
}

function formatPercent(value: number, decimals: number): string {
  const least = Math.pow(10, -Math.max(0, Math.round(decimals) - 1));
  // A line that took time must not read as if it took none.
  if (value > 0 && value < least / 2) {
    return `<${GAP}${least}${GAP}%`;
  }
  const places = value === 0 ? 0 : digits(value, decimals - 1);
  return `${grouped(value, places)}${GAP}%`;
}

function scaled(
  value: number,
  scales: readonly IScale[],
  decimals: number
): string {
  const size = Math.abs(value);
  const smallest = scales[scales.length - 1];
  if (size === 0) {
    // The base unit: 0 s, 0 B.
    const base = scales.find(scale => scale.least === 1) ?? smallest;
    return `0${GAP}${base.suffix}`;
  }
  const index = scales.findIndex(
    // 999.6 ms rounds to 1000 ms, which is 1 s.
    scale => size >= scale.least * 0.9995
  );
  const scale = index < 0 ? smallest : scales[index];
  const scaledValue = value / scale.least;
  return `${grouped(scaledValue, digits(scaledValue, decimals))}${GAP}${scale.suffix}`;
}

/** Digits after the point: one less for each digit before it but the first. */
function digits(value: number, decimals: number): number {
  const size = Math.abs(value);
  const bounded = Math.min(Math.max(0, Math.round(decimals)), 9);
  // As the number will read: 9.996 is written 10.0.
  const reads = (limit: number, places: number): boolean =>
    size >= limit - Math.pow(10, -places) / 2;
  const longer = reads(100, bounded - 1) ? 2 : reads(10, bounded) ? 1 : 0;
  return Math.max(0, bounded - longer);
}

function grouped(value: number, places: number): string {
  const [whole, fraction] = value.toFixed(places).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THOUSAND);
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
