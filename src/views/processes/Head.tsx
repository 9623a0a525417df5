import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ITarget } from '../../lib/processes/types';
import { cut } from '../text';

/** What is looked into, and how. */
export function Head({
  target,
  pid,
  title,
  facts,
  children,
  trans
}: {
  readonly target: ITarget;
  /** Null where it is not known yet. */
  readonly pid: number | null;
  readonly title: string;
  /** More about it, in a few words each. */
  readonly facts: readonly string[];
  readonly children?: React.ReactNode;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const number = target.kind === 'process' ? target.pid : pid;
  return (
    <header className="jp-CellProfiler-lookHead">
      <h2>{title}</h2>
      <span
        className="jp-CellProfiler-lookName"
        title={target.kind === 'kernel' ? target.path : undefined}
      >
        {cut(target.name, 120)}
      </span>
      <ul className="jp-CellProfiler-chips">
        {number !== null && <li>{trans.__('PID %1', number)}</li>}
        {facts.map(fact => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <div className="jp-CellProfiler-lookButtons">{children}</div>
    </header>
  );
}
