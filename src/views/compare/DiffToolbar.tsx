import * as React from 'react';
import type { DiffOrder, DiffScale } from '../../lib/compare/flame';
import type { Side } from '../../lib/compare/files';
import { safeFileName } from '../../lib/filenames';
import type { PatternProblem } from '../../lib/pattern';
import { Choice } from '../Choice';
import type { IFlameShown } from '../FlameCanvas';
import { saveImage } from '../flameimage';
import { FlameSearch } from '../FlameSearch';
import { sectionLabel } from '../FlameToolbar';
import type { IPairProps } from './props';
import type { ICompareFlameState } from './state';

/** What a person can choose of the flame graph of two runs. */
export function DiffToolbar({
  before,
  after,
  model,
  flame,
  problem,
  image,
  onChange,
  trans
}: IPairProps & {
  readonly flame: ICompareFlameState;
  readonly problem: PatternProblem | null;
  /** What is shown. */
  readonly image: React.RefObject<(() => IFlameShown | null) | null>;
  readonly onChange: (some: Partial<ICompareFlameState>) => void;
}): JSX.Element {
  const save = (kind: 'png' | 'svg'): void =>
    saveImage(
      [image.current?.() ?? null],
      kind,
      safeFileName(
        `${before.name} ${after.name}`,
        `-difference.${kind}`,
        'comparison'
      )
    );
  const sides: readonly (readonly [Side, string, string])[] = [
    [
      'after',
      trans.__('As in %1', after.letter),
      trans.__('Boxes are as wide as in %1', after.letter)
    ],
    [
      'before',
      trans.__('As in %1', before.letter),
      trans.__('Boxes are as wide as in %1', before.letter)
    ]
  ];
  return (
    <div className="jp-CellProfiler-pictureBar">
      <span
        role="group"
        className="jp-CellProfiler-choice"
        aria-label={trans.__('Widths')}
      >
        {sides.map(([side, label, title]) => (
          <button
            key={side}
            type="button"
            aria-pressed={flame.side === side}
            title={title}
            onClick={() => onChange({ side })}
          >
            {label}
          </button>
        ))}
      </span>
      {model.stacks.length > 1 && (
        <Choice
          label={trans.__('Of')}
          value={flame.pair}
          values={model.stacks.map(({ name }, index) => [
            index,
            sectionLabel(name, trans)
          ])}
          onChange={pair => onChange({ pair })}
        />
      )}
      <Choice<DiffScale>
        label={trans.__('Compare')}
        value={flame.scale}
        values={[
          ['amount', trans.__('amounts')],
          ['share', trans.__('shares of the run')]
        ]}
        onChange={scale => onChange({ scale })}
      />
      <Choice<DiffOrder>
        label={trans.__('Order')}
        value={flame.order}
        values={[
          ['heavy', trans.__('left heavy')],
          ['inverted', trans.__('inverted')]
        ]}
        onChange={order => onChange({ order })}
      />
      <FlameSearch
        search={flame.search}
        problem={problem}
        onSearch={search => onChange({ search })}
        onImage={save}
        trans={trans}
      />
    </div>
  );
}
