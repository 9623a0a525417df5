import { formatShare, formatValue, NO_VALUE, shareOf } from '../lib/units';
import type { Unit } from '../document';

/** Number and unit are joined by a narrow no-break space; a plain one reads better here. */
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ');

describe('formatValue', () => {
  const table: [number | null, Unit, string][] = [
    [2.41, 'seconds', '2.41 s'],
    [24.13, 'seconds', '24.1 s'],
    [9.996, 'seconds', '10.0 s'],
    [0, 'seconds', '0 s'],
    [0.99, 'seconds', '990 ms'],
    [0.064, 'seconds', '64.0 ms'],
    [0.0030049, 'seconds', '3.00 ms'],
    [4.2e-5, 'seconds', '42.0 µs'],
    [7.1e-8, 'seconds', '71 ns'],
    [0.99996, 'seconds', '1.00 s'],
    [59.99, 'seconds', '1 min 00 s'],
    [61.4, 'seconds', '1 min 01 s'],
    [7260, 'seconds', '2 h 01 min'],
    [-0.5, 'seconds', '-500 ms'],
    [null, 'seconds', NO_VALUE],
    [NaN, 'seconds', NO_VALUE],
    [0, 'bytes', '0 B'],
    [512, 'bytes', '512 B'],
    [16000, 'bytes', '16.0 kB'],
    [212e6, 'bytes', '212 MB'],
    [1.2e9, 'bytes', '1.20 GB'],
    [-121e6, 'bytes', '-121 MB'],
    [0, 'count', '0'],
    [7, 'count', '7'],
    [1234, 'count', '1,234'],
    [999999, 'count', '999,999'],
    [34219980, 'count', '34.2 M'],
    [1.5, 'count', '1.50'],
    [71.2, 'percent', '71 %'],
    [7.12, 'percent', '7.1 %'],
    [0, 'percent', '0 %'],
    [0.01, 'percent', '< 0.1 %'],
    [398.2, 'percent', '398 %'],
    [1.937, 'ratio', '1.94'],
    [null, 'ratio', NO_VALUE]
  ];
  it.each(table)('%p %s is %p', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  it('takes the number of decimals', () => {
    expect(plain(formatValue(2.41, 'seconds', 1))).toBe('2.4 s');
    expect(plain(formatValue(2.41, 'seconds', 4))).toBe('2.4100 s');
    expect(plain(formatValue(24.13, 'seconds', 3))).toBe('24.13 s');
    expect(plain(formatValue(2.41, 'seconds', 0))).toBe('2 s');
    expect(plain(formatValue(12.3456, 'percent', 3))).toBe('12.3 %');
    expect(plain(formatValue(0.2, 'percent', 0))).toBe('< 1 %');
  });

  it('never has decimals where they mean nothing', () => {
    expect(plain(formatValue(1234, 'count', 3))).toBe('1,234');
    expect(plain(formatValue(512, 'bytes', 3))).toBe('512 B');
  });

  it('keeps number and unit on one line', () => {
    for (const [value, unit] of table) {
      expect(formatValue(value, unit)).not.toContain(' ');
    }
  });
});

describe('formatShare', () => {
  it('is a percentage of the whole', () => {
    expect(plain(formatShare(0.99, 2.41))).toBe('41 %');
    expect(plain(formatShare(0.02, 2.41))).toBe('0.8 %');
  });

  it('does not pass 100 %', () => {
    expect(plain(formatShare(2.42, 2.41))).toBe('100 %');
    expect(shareOf(3, 2)).toBe(1);
  });

  it('is a dash without a part or a whole', () => {
    expect(formatShare(null, 2)).toBe(NO_VALUE);
    expect(formatShare(1, null)).toBe(NO_VALUE);
    expect(formatShare(1, 0)).toBe(NO_VALUE);
    expect(shareOf(-1, 2)).toBeNull();
  });
});
