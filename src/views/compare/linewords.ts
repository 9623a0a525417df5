import type { LineStatus } from '../../lib/compare/sources';
import type { IPairProps } from './props';

/** What became of a line, in words; empty for one that is as it was. */
export function statusWord(
  status: LineStatus,
  { after, before, trans }: Pick<IPairProps, 'after' | 'before' | 'trans'>
): string {
  switch (status) {
    case 'same':
      return '';
    case 'edited':
      return trans.__('edited');
    case 'removed':
      return trans.__('removed');
    case 'added':
      return trans.__('added');
    case 'only-before':
      return trans.__('only in %1', before.letter);
    case 'only-after':
      return trans.__('only in %1', after.letter);
  }
}

/** What stands before such a line; nothing before one that is as it was. */
export function statusSign(status: LineStatus): string {
  switch (status) {
    case 'same':
      return '';
    case 'edited':
      return '±';
    case 'removed':
    case 'only-before':
      return '−';
    case 'added':
    case 'only-after':
      return '+';
  }
}
