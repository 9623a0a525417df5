import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { hasMemory } from '../lib/memoryexports';
import { PROFILERS } from '../lib/profilers';
import type { IMeaning } from '../lib/totals';
import type { IViewProps } from './view';

interface IStep {
  readonly label: string;
  readonly title: string;
  readonly go: () => void;
}

/** What to look at after an overview, by what it found: one or two buttons. */
export function NextSteps(
  props: IViewProps & { readonly meaning: IMeaning }
): JSX.Element {
  const names = props.document.profilers.map(({ name }) => name);
  const steps = names.includes('memory_lines')
    ? stepsOfLines(props)
    : names.includes('overview')
      ? stepsFor(props)
      : names.includes('memory')
        ? memorySteps(props)
        : [];
  return (
    <>
      {steps.map(({ label, title, go }) => (
        <button
          key={label}
          type="button"
          className="jp-CellProfiler-action"
          title={title}
          onClick={go}
        >
          {label}
        </button>
      ))}
    </>
  );
}

/** After memory of lines: what led there, and when. */
function stepsOfLines(props: IViewProps): IStep[] {
  const { document, onState, trans } = props;
  return [
    ...(document.sections.some(({ kind }) => kind === 'stacks')
      ? [
          {
            label: trans.__('Show the stacks'),
            title: trans.__(
              'Which calls allocated: at the peak, still held, and freed again'
            ),
            go: () => onState({ tab: 'flame' })
          }
        ]
      : []),
    ...showMemory(props)
  ];
}

function stepsFor({
  document,
  meaning: { verdict, native },
  onState,
  profileAgain,
  trans
}: IViewProps & { readonly meaning: IMeaning }): IStep[] {
  const { sections } = document;
  const show = (tab: string, label: string, title: string): IStep => ({
    label,
    title,
    go: () => onState({ tab })
  });
  const flame = sections.some(({ kind }) => kind === 'stacks')
    ? [
        show(
          'flame',
          trans.__('Show the stacks'),
          trans.__('Which calls led there, as a flame graph')
        )
      ]
    : [];
  const memory = showMemory({ document, onState, trans });
  const again = profileAgain ? againFor(profileAgain, trans) : null;
  switch (verdict) {
    case 'waiting':
      return flame;
    case 'kernel':
      return [...flame, ...memory];
    case 'allocating':
      return memory;
    case 'short':
      return again ? [again.lines] : [];
    case 'unknown':
      return [];
    default:
      return !again
        ? flame
        : native !== null && native >= 0.5
          ? [again.native]
          : [again.functions];
  }
}

/** The way to the large picture, where there is one. */
function showMemory({
  document,
  onState,
  trans
}: Pick<IViewProps, 'document' | 'onState' | 'trans'>): IStep[] {
  return hasMemory(document)
    ? [
        {
          label: trans.__('Show the memory'),
          title: trans.__('Memory over time, and which line made it grow'),
          go: () => onState({ tab: 'memory' })
        }
      ]
    : [];
}

/** After memory by time: memory by line, in a version that can tell it. */
function memorySteps(props: IViewProps): IStep[] {
  const { profileAgain, trans } = props;
  return [
    ...showMemory(props),
    ...(profileAgain && PROFILERS.includes('memory_lines')
      ? [
          {
            label: trans.__('Profile memory by line'),
            title: trans.__(
              'Runs it again and says which lines hold the memory.'
            ),
            go: () => profileAgain(['memory_lines'])
          }
        ]
      : [])
  ];
}

/** Runs of the same cell or script under another profiler. */
function againFor(
  profileAgain: NonNullable<IViewProps['profileAgain']>,
  trans: TranslationBundle
): { readonly [step in 'functions' | 'lines' | 'native']: IStep } {
  return {
    functions: {
      label: trans.__('Profile functions'),
      title: trans.__(
        'Runs it again and counts every call. Then take the slow function to its lines.'
      ),
      go: () => profileAgain(['functions'])
    },
    lines: {
      label: trans.__('Profile lines'),
      title: trans.__('Runs it again and counts every line exactly.'),
      go: () => profileAgain(['lines'])
    },
    native: {
      label: trans.__('Profile native stacks'),
      title: trans.__(
        'Runs it again and samples the functions of compiled libraries, too.'
      ),
      go: () => profileAgain(['stacks'], { stacks: { native: true } })
    }
  };
}
