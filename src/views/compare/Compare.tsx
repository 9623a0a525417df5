import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../../document';
import type { ISourceLocation } from '../../tokens';
import type { IViewOptions } from '../options';

export interface ICompareRun {
  readonly document: ProfileDocument;
  readonly name: string;
  readonly repeats: readonly {
    readonly wall: number | null;
    readonly cpu: number | null;
    readonly peak: number | null;
  }[];
}

export interface ICompareProps {
  readonly runs: readonly ICompareRun[];
  readonly options: IViewOptions;
  readonly onOpen:
    ((runIndex: number, location: ISourceLocation) => void) | null;
  readonly trans: TranslationBundle;
}

export function Compare({ runs }: ICompareProps): JSX.Element {
  return (
    <ul>
      {runs.map(({ name }, index) => (
        <li key={index}>{name}</li>
      ))}
    </ul>
  );
}
