/** Why a pattern is searched for as plain text. */
export type PatternProblem =
  /** Not a regular expression. */
  | 'invalid'
  /** One that can take longer than a person waits, on an unlucky name. */
  | 'slow';

/** What a person searches for. */
export interface IPattern {
  readonly matches: (text: string) => boolean;
  readonly problem: PatternProblem | null;
}

/** Characters of a text that are searched: names come from strangers. */
const SEARCHED = 300;

/** Characters of a pattern that are read. */
const LONGEST = 200;

/** Repetitions without an end; each one multiplies the time by the length of the text. */
const REPETITIONS = 3;

/** Places with a choice, such as `a?` and `(a|b)`; each one can double the time. */
const CHOICES = 8;

/**
 * What a person typed, as a regular expression without regard to upper and lower
 * case. Where it is none, or one that could freeze the page, it is plain text.
 */
export function pattern(typed: string): IPattern {
  const text = typed.trim().slice(0, LONGEST);
  const plain = text.toLowerCase();
  const contains = (name: string): boolean =>
    name.slice(0, SEARCHED).toLowerCase().includes(plain);
  let expression: RegExp;
  try {
    expression = new RegExp(text, 'i');
  } catch {
    return { matches: contains, problem: 'invalid' };
  }
  return canBeSlow(text)
    ? { matches: contains, problem: 'slow' }
    : {
        matches: name => expression.test(name.slice(0, SEARCHED)),
        problem: null
      };
}

/**
 * Whether matching could go on for ever: repeated groups that themselves repeat or
 * choose, such as `(a+)+`, and many repetitions or choices after each other. It
 * errs on the safe side.
 */
function canBeSlow(text: string): boolean {
  // Neither escaped characters nor sets are repetitions.
  const bare = text
    .replace(/\\./gs, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replace(/\(\?(<?[=!]|:|<[^>]*>)/g, '(');
  const count = (what: RegExp): number => (bare.match(what) ?? []).length;
  const repetitions = count(/[*+]|\{\d*,?\d*\}/g);
  const choices = count(/\?/g) + Math.min(count(/\(/g), count(/\|/g));
  const repeatsGroup = /\)(?:[*+]|\{)/.test(bare);
  return (
    repetitions > REPETITIONS ||
    choices > CHOICES ||
    (repeatsGroup && repetitions + choices > 1)
  );
}
