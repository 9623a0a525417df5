import * as React from 'react';
import { pairFiles } from '../../lib/compare/files';
import { compareFunctions } from '../../lib/compare/functions';
import { compareLines } from '../../lib/compare/lines';
import { compareMemory } from '../../lib/compare/memory';
import { compareObjects } from '../../lib/compare/objects';
import { isTelling, remarksOn } from '../../lib/compare/remarks';
import { stackPairs } from '../../lib/compare/stacks';
import { keepOwnKeys } from '../keys';
import { Tabs } from '../Tabs';
import { CompareHeader } from './CompareHeader';
import type { ICompareProps, IPairModel, IShownRun } from './props';
import { Remarks } from './Remarks';
import type { ICompareState } from './state';
import { compareFlameAfter, INITIAL_COMPARE } from './state';
import { COMPARE_VIEWS } from './views';
import { letterOf } from './words';

/** Two or more runs and what differs between them. */
export function Compare(props: ICompareProps): JSX.Element {
  const { onOpen, options, trans } = props;
  const [swapped, setSwapped] = React.useState(false);
  const [chosen, setChosen] = React.useState(1);
  const [state, setState] = React.useState(INITIAL_COMPARE);
  const isPair = props.runs.length === 2;
  const runs = React.useMemo(() => {
    const all = props.runs.map((run, index) => ({ ...run, index }));
    return (isPair && swapped ? all.reverse() : all).map<IShownRun>(
      (run, index) => ({ ...run, letter: letterOf(index) })
    );
  }, [props.runs, swapped]);
  const before = runs[0];
  const after = runs[chosen] ?? runs[1] ?? before;
  const model = React.useMemo(
    () => pairModel(before, after, runs),
    [before, after, runs]
  );
  const onState = React.useCallback(
    (change: Partial<ICompareState>) =>
      setState(state => ({ ...state, ...change })),
    []
  );
  /** Other runs have other boxes, and other files. */
  const forget = (): void =>
    setState(state => ({
      ...state,
      flame: { ...compareFlameAfter(state.flame, {}), box: null, zoom: null },
      lines: { ...state.lines, open: {} }
    }));
  const views = COMPARE_VIEWS.filter(({ applies }) => applies(model));
  const view = views.find(({ id }) => id === state.tab) ?? views[0];
  const View = view.component;
  return (
    <div className="jp-CellProfiler-comparison">
      <div className="jp-CellProfiler-profile" onKeyDown={keepOwnKeys}>
        <CompareHeader
          runs={runs}
          after={after}
          onSwap={
            isPair
              ? () => {
                  setSwapped(!swapped);
                  forget();
                }
              : null
          }
          onChoose={
            runs.length > 2
              ? run => {
                  setChosen(runs.indexOf(run));
                  forget();
                }
              : null
          }
          trans={trans}
        />
        <Remarks before={before} after={after} model={model} trans={trans} />
        <Tabs
          tabs={views.map(({ id, label }) => ({ id, label: label(trans) }))}
          selected={view.id}
          onSelect={tab => onState({ tab })}
          label={trans.__('Views of the comparison')}
        >
          <View
            runs={runs}
            before={before}
            after={after}
            model={model}
            options={options}
            state={state}
            onState={onState}
            onOpen={onOpen && ((run, location) => onOpen(run.index, location))}
            trans={trans}
          />
        </Tabs>
      </div>
    </div>
  );
}

function pairModel(
  before: IShownRun,
  after: IShownRun,
  runs: readonly IShownRun[]
): IPairModel {
  const [one, other] = [before.document, after.document];
  const remarks = remarksOn(one, other);
  return {
    remarks,
    telling: isTelling(remarks),
    files: pairFiles(one, other),
    lines: compareLines(one, other),
    functions: compareFunctions(one, other),
    stacks: stackPairs(one, other),
    objects: compareObjects(one, other),
    memory: compareMemory(runs.map(({ document }) => document))
  };
}
