import * as React from 'react';
import { matchBoxes } from '../lib/flameboxes';
import { pattern } from '../lib/pattern';
import type { IStackModel } from '../lib/stacks';
import {
  framePlace,
  frameWeights,
  libraryGroups,
  stackModel,
  stackSections,
  wholeOf
} from '../lib/stacks';
import { formatShare, formatValue } from '../lib/units';
import type { IFlameShown } from './FlameCanvas';
import { FlameCanvas } from './FlameCanvas';
import { FlameDetails, shareText } from './FlameDetails';
import { FlameLegend } from './FlameLegend';
import type { View } from './flamekeys';
import type { IFlamePart } from './flameparts';
import { partsOf, samplesOf, threadOf } from './flameparts';
import { labelOf } from './flamepaint';
import type { IFlameState } from './flamestate';
import { flameAfter } from './flamestate';
import { FlameTable } from './FlameTable';
import { FlameToolbar } from './FlameToolbar';
import { cut } from './text';
import type { IView, IViewProps } from './view';

function Flame(props: IViewProps): JSX.Element {
  const { document, onState, options, state, trans } = props;
  const { box, by, limit, order, search, selected, zoom } = state.flame;
  const sections = React.useMemo(() => stackSections(document), [document]);
  const section = sections[state.flame.section] ?? sections[0];
  const model = React.useMemo(
    () => stackModel(document, section, by),
    [document, section, by]
  );
  const thread = threadOf(model, state.flame);
  const whole = React.useMemo(() => wholeOf(model, thread), [model, thread]);
  const samples = React.useMemo(
    () => samplesOf(model, thread, whole),
    [model, thread, whole]
  );
  const weights = React.useMemo(
    () => frameWeights(model, thread),
    [model, thread]
  );
  const libraries = React.useMemo(() => libraryGroups(model), [model]);
  const parts = React.useMemo(
    () => partsOf(model, order, thread, selected, trans.__('Callers')),
    // Only a sandwich is about the selected frame.
    [model, order, thread, order === 'sandwich' ? selected : null]
  );
  const wanted = React.useMemo(
    () => (search.trim() === '' ? null : pattern(search)),
    [search]
  );
  const frames = React.useMemo(
    () =>
      wanted &&
      model.frames.map(
        frame => wanted.matches(frame.name) || wanted.matches(frame.path ?? '')
      ),
    [wanted, model]
  );
  const help = React.useId();
  const images = [
    React.useRef<(() => IFlameShown | null) | null>(null),
    React.useRef<(() => IFlameShown | null) | null>(null)
  ];

  // Of one event may come two changes, and what is memoised keeps this function.
  const latest = React.useRef(state.flame);
  latest.current = state.flame;
  const change = React.useCallback((some: Partial<IFlameState>): void => {
    latest.current = flameAfter(latest.current, some);
    onState({ flame: latest.current });
  }, []);
  const zoomWith = (index: number, view: View | null): (View | null)[] =>
    parts.map((_, at) => (at === index ? view : (zoom[at] ?? null)));
  const chosen =
    box && parts[box[0]] && box[1] < parts[box[0]].boxes.count ? box : null;

  // Zooming must not draw them anew: a frame has no time for that.
  const numbers = React.useMemo(
    () => (
      <>
        <FlameLegend
          model={model}
          libraries={libraries}
          weights={weights}
          trans={trans}
        />
        <FlameTable
          {...props}
          model={model}
          weights={weights}
          whole={whole}
          samples={samples}
          found={frames}
          selected={selected}
          limit={limit}
          onLimit={limit => change({ limit })}
          onSelect={key => change({ selected: key, box: null })}
        />
      </>
    ),
    [
      model,
      libraries,
      weights,
      whole,
      samples,
      frames,
      selected,
      limit,
      options
    ]
  );
  return (
    <section
      className="jp-CellProfiler-flameView"
      aria-label={trans.__('Flame graph')}
    >
      <FlameToolbar
        {...props}
        sections={sections}
        model={model}
        thread={thread}
        flame={state.flame}
        problem={wanted?.problem ?? null}
        images={images}
        onChange={change}
      />
      <p className="jp-CellProfiler-soft">{howToRead(props, model)}</p>
      <span id={help} className="jp-CellProfiler-hidden">
        {trans.__(
          'Arrow keys go to callers, called functions and neighbours. Enter zooms in, Home or Escape shows all, plus and minus zoom, Shift with the arrows moves.'
        )}
      </span>
      {parts.map(({ name, boxes, flip }, index) => (
        <Part
          key={`${order} ${name}`}
          {...props}
          name={name}
          boxes={boxes}
          flip={flip}
          model={model}
          found={frames}
          libraries={libraries}
          whole={order === 'time' ? boxes.span : whole}
          samples={samples}
          selectedBox={chosen?.[0] === index ? chosen[1] : null}
          help={help}
          shown={images[index]}
          view={zoom[index] ?? null}
          onView={view => change({ zoom: zoomWith(index, view) })}
          onSelect={(at, view) =>
            change({
              box: [index, at],
              // A sandwich stays one of the same function.
              selected: order === 'sandwich' ? selected : boxes.key[at],
              zoom: view === undefined ? zoom : zoomWith(index, view)
            })
          }
        />
      ))}
      {parts.length === 0 && (
        <p>
          {order === 'sandwich'
            ? trans.__(
                'Select a function in the table below to see who called it and what it calls.'
              )
            : trans.__('There are no samples of this thread in time order.')}
        </p>
      )}
      <FlameDetails
        {...props}
        model={model}
        frame={chosen ? parts[chosen[0]].boxes.key[chosen[1]] : selected}
        boxes={chosen ? parts[chosen[0]].boxes : null}
        box={chosen?.[1] ?? null}
        weights={weights}
        whole={whole}
        samples={samples}
        onSandwich={key => change({ order: 'sandwich', selected: key })}
      />
      {numbers}
    </section>
  );
}

interface IPartProps extends IViewProps, IFlamePart {
  readonly model: IStackModel;
  /** For each frame whether the search found it; null without a search. */
  readonly found: readonly boolean[] | null;
  readonly libraries: readonly string[];
  readonly whole: number;
  readonly samples: number | null;
  readonly selectedBox: number | null;
  readonly help: string;
  readonly shown: React.MutableRefObject<(() => IFlameShown | null) | null>;
  readonly onSelect: (box: number, view?: View | null) => void;
  readonly view: View | null;
  readonly onView: (view: View | null) => void;
}

/** One picture with what the search found in it. */
function Part(props: IPartProps): JSX.Element {
  const { boxes, found, model, name, options, samples, trans, whole } = props;
  const matches = React.useMemo(
    () => found && matchBoxes(boxes, found),
    [boxes, found]
  );
  const { view } = props;
  const now = view && view[1] <= boxes.span * (1 + 1e-9) ? view : null;
  return (
    <div>
      {name !== '' && <h3 className="jp-CellProfiler-flameName">{name}</h3>}
      <p role="status" className="jp-CellProfiler-soft">
        {matches &&
          trans._n(
            'One box found, %2 of the whole.',
            '%1 boxes found, %2 of the whole.',
            matches.count,
            formatShare(matches.width, boxes.span, 1)
          )}
      </p>
      <FlameCanvas
        boxes={boxes}
        frames={model.frames}
        libraries={props.libraries}
        trans={trans}
        matches={matches?.box ?? null}
        selectedKey={props.state.flame.selected}
        selectedBox={props.selectedBox}
        onSelect={props.onSelect}
        view={now}
        onView={props.onView}
        flip={props.flip}
        label={trans.__(
          'Flame graph of %1. The table below has the same numbers.',
          cut(props.document.title, 100)
        )}
        help={props.help}
        shown={props.shown}
        describe={box => {
          const frame = model.frames[boxes.key[box]];
          const width = boxes.right[box] - boxes.left[box];
          const unit = isTime(props) ? 'seconds' : model.unit;
          return (
            <>
              <b>{cut(labelOf(frame), 160)}</b>
              <br />
              {cut(framePlace(frame) ?? '', 160)}
              <br />
              {trans.__(
                '%1 with what it calls, %2 itself',
                formatValue(width, unit, options.decimals),
                formatValue(boxes.self[box], unit, options.decimals)
              )}
              <br />
              {shareText(width / whole, isTime(props) ? null : samples, trans)}
            </>
          );
        }}
      />
    </div>
  );
}

function isTime({ state }: IViewProps): boolean {
  return state.flame.order === 'time';
}

function howToRead(
  { state, trans }: IViewProps,
  { unit }: IStackModel
): string {
  switch (state.flame.order) {
    case 'heavy':
      return unit === 'seconds'
        ? trans.__(
            'A box is a function, below it what it called. Its width is the time in it, not the order: look for wide boxes with little below them.'
          )
        : trans.__(
            'A box is a function, below it what it called. Its width is its share: look for wide boxes with little below them.'
          );
    case 'time':
      return trans.__(
        'From left to right as it happened: a box is a function, below it what it called. Many narrow boxes side by side are many calls.'
      );
    case 'inverted':
      return trans.__(
        'The first row has the functions themselves, without what they called; below each is who called it.'
      );
    case 'sandwich':
      return trans.__(
        'One function: above it who called it, below it what it called.'
      );
  }
}

/** The tab with flame graphs. */
export const flameView: IView = {
  id: 'flame',
  label: trans => trans.__('Flame'),
  kinds: ['stacks'],
  applies: document => stackSections(document).length > 0,
  component: Flame
};
