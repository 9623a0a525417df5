import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { StacksSection } from '../document';
import { safeFileName } from '../lib/filenames';
import type { PatternProblem } from '../lib/pattern';
import type { IStackModel, MergeBy } from '../lib/stacks';
import { Choice } from './Choice';
import type { IFlameShown } from './FlameCanvas';
import { FlameSearch } from './FlameSearch';
import { saveImage } from './flameimage';
import type { FlameOrder, IFlameState } from './flamestate';
import { cut } from './text';
import type { IViewProps } from './view';

/** What a person can choose of the flame graph. */
export function FlameToolbar({
  document,
  flame,
  images,
  model,
  onChange,
  problem,
  sections,
  thread,
  trans
}: IViewProps & {
  readonly sections: readonly StacksSection[];
  readonly model: IStackModel;
  /** The thread that is shown; -1 for all. */
  readonly thread: number;
  readonly flame: IFlameState;
  readonly problem: PatternProblem | null;
  /** What is shown, of each picture. */
  readonly images: readonly React.RefObject<
    (() => IFlameShown | null) | null
  >[];
  readonly onChange: (some: Partial<IFlameState>) => void;
}): JSX.Element {
  const hasTime = (model.section.timeline?.t.length ?? 0) > 0;
  const image = (kind: 'png' | 'svg'): void =>
    saveImage(
      images.map(({ current }) => current?.() ?? null),
      kind,
      safeFileName(document.title, `-flame.${kind}`, 'profile')
    );
  return (
    <div className="jp-CellProfiler-pictureBar">
      <span
        role="group"
        className="jp-CellProfiler-choice"
        aria-label={trans.__('Order')}
      >
        {orders(trans)
          .filter(([order]) => order !== 'time' || hasTime)
          .map(([order, label, title]) => (
            <button
              key={order}
              type="button"
              aria-pressed={flame.order === order}
              title={title}
              onClick={() => onChange({ order })}
            >
              {label}
            </button>
          ))}
      </span>
      {sections.length > 1 && (
        <Choice
          label={trans.__('Of')}
          value={flame.section}
          values={sections.map(({ name, unit }, index) => [
            index,
            sectionLabel(name ?? unit, trans)
          ])}
          onChange={section => onChange({ section, selected: null })}
        />
      )}
      {model.threads.length > 1 && (
        <Choice
          label={trans.__('Thread')}
          value={thread}
          values={[
            ...(flame.order === 'time'
              ? []
              : [[-1, trans.__('all')] as [number, string]]),
            ...model.threads.map<[number, string]>((name, index) => [
              index,
              cut(name, 40)
            ])
          ]}
          onChange={thread => onChange({ thread })}
        />
      )}
      <Choice<MergeBy>
        label={trans.__('Boxes are')}
        value={flame.by}
        values={[
          ['function', trans.__('functions')],
          ['line', trans.__('lines')]
        ]}
        onChange={by => onChange({ by, selected: null })}
      />
      <FlameSearch
        search={flame.search}
        problem={problem}
        onSearch={search => onChange({ search })}
        onImage={image}
        trans={trans}
      />
    </div>
  );
}

function orders(
  trans: TranslationBundle
): readonly (readonly [FlameOrder, string, string])[] {
  return [
    [
      'heavy',
      trans.__('Left heavy'),
      trans.__('Equal stacks together, the heaviest first')
    ],
    ['time', trans.__('Time order'), trans.__('As it happened')],
    [
      'inverted',
      trans.__('Inverted'),
      trans.__('From the innermost function to its callers')
    ],
    [
      'sandwich',
      trans.__('Sandwich'),
      trans.__('Callers and callees of the selected function')
    ]
  ];
}

/** What the weights of a section are. */
export function sectionLabel(name: string, trans: TranslationBundle): string {
  switch (name) {
    case 'time':
      return trans.__('time');
    case 'allocated':
      return trans.__('memory that was allocated');
    case 'peak':
      return trans.__('memory at the peak');
    case 'leaked':
      return trans.__('memory still held');
    case 'temporary':
      return trans.__('memory that was freed again');
    default:
      return cut(name, 40);
  }
}
