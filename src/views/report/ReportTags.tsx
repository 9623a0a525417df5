import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profilerChoice } from '../../choices';
import type { IReportCell } from '../../lib/report';
import { cut } from '../text';

interface ITag {
  readonly kind: string;
  readonly label: string;
  readonly help?: string;
}

/** What a person has to know before the numbers of a cell. */
export function ReportTags({
  cell,
  trans
}: {
  readonly cell: IReportCell;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const tags = [
    statusTag(cell, trans),
    changeTag(cell, trans),
    profilerTag(cell, trans)
  ].filter((tag): tag is ITag => tag !== null);
  return (
    <>
      {tags.map(({ help, kind, label }) => (
        <span
          key={kind}
          className="jp-CellProfiler-reportTag"
          data-kind={kind}
          title={help}
        >
          {label}
        </span>
      ))}
    </>
  );
}

function statusTag(
  { hasRun, status }: IReportCell,
  trans: TranslationBundle
): ITag | null {
  switch (status) {
    case 'error':
      return { kind: status, label: trans.__('error') };
    case 'interrupted':
      return { kind: status, label: trans.__('interrupted') };
    case 'not run':
      return hasRun
        ? {
            kind: status,
            label: trans.__('not recorded'),
            help: trans.__('It ran while its notebook was not recorded.')
          }
        : { kind: status, label: trans.__('not run') };
    default:
      return null;
  }
}

function changeTag(
  { isChanged }: IReportCell,
  trans: TranslationBundle
): ITag | null {
  return isChanged
    ? {
        kind: 'changed',
        label: trans.__('changed since'),
        help: trans.__('The cell has another source than when it ran.')
      }
    : null;
}

function profilerTag(
  { profilers }: IReportCell,
  trans: TranslationBundle
): ITag | null {
  const names = profilers.map(name => profilerChoice(name, trans).label);
  return names.length > 0
    ? {
        kind: 'profiled',
        label: trans.__('under %1', cut(names.join(' + '), 60)),
        help: trans.__(
          'The newest run was profiled, which may have made it slower.'
        )
      }
    : null;
}
