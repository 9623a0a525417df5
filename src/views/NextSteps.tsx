import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { hasMemory } from '../lib/memoryexports';
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
): JSX.Element | null {
  const { document } = props;
  const names = document.profilers.map(({ name }) => name);
  if (names.includes('memory_lines')) {
    return <Buttons steps={memorySteps(props)} />;
  }
  if (!document.profilers.some(({ name }) => name === 'overview')) {
    return null;
  }
  return <Buttons steps={stepsFor(props)} />;
}

function Buttons({ steps }: { readonly steps: readonly IStep[] }): JSX.Element {
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
function memorySteps({ document, onState, trans }: IViewProps): IStep[] {
  const steps: IStep[] = [];
  if (document.sections.some(({ kind }) => kind === 'stacks')) {
    steps.push({
      label: trans.__('Show the stacks'),
      title: trans.__(
        'Which calls allocated: at the peak, still held, and freed again'
      ),
      go: () => onState({ tab: 'flame' })
    });
  }
  if (hasMemory(document)) {
    steps.push({
      label: trans.__('Show the memory'),
      title: trans.__('Memory over time, and which line made it grow'),
      go: () => onState({ tab: 'memory' })
    });
  }
  return steps;
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
  const memory = hasMemory(document)
    ? [
        show(
          'memory',
          trans.__('Show the memory'),
          trans.__('Memory over time, and which line made it grow')
        )
      ]
    : [];
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

/** Runs of the same cell under another profiler. */
function againFor(
  profileAgain: NonNullable<IViewProps['profileAgain']>,
  trans: TranslationBundle
): { readonly [step in 'functions' | 'lines' | 'native']: IStep } {
  return {
    functions: {
      label: trans.__('Profile functions'),
      title: trans.__(
        'Runs the cell again and counts every call. Then take the slow function to its lines.'
      ),
      go: () => profileAgain(['functions'])
    },
    lines: {
      label: trans.__('Profile lines'),
      title: trans.__('Runs the cell again and counts every line exactly.'),
      go: () => profileAgain(['lines'])
    },
    native: {
      label: trans.__('Profile native stacks'),
      title: trans.__(
        'Runs the cell again and samples the functions of compiled libraries, too.'
      ),
      go: () => profileAgain(['stacks'], { stacks: { native: true } })
    }
  };
}
