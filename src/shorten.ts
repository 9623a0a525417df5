import type { ICodeCellModel } from '@jupyterlab/cells';
import type { IOutput, MultilineString } from '@jupyterlab/nbformat';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ProfileDocument } from './document';
import { shortened, shortenedText } from './lib/shorten';
import { readDocument } from './lib/validate';
import type { IProfilerSettings } from './settings';
import { MIME_TYPE, type IHistory } from './tokens';

/**
 * Replace profiles in notebooks by their summary once the server keeps them, for
 * people who want their notebooks small in version control.
 *
 * Only what ran while the page is open: what stands in a notebook already is left as
 * it is, and so is everything as long as nobody else has it.
 */
export function keepNotebooksShort(
  tracker: INotebookTracker,
  history: Pick<IHistory, 'kept'>,
  settings: IProfilerSettings
): IDisposable {
  const onKept = (_: unknown, id: string): void => {
    if (settings.values.inNotebook === 'summary') {
      tracker.forEach(({ context }) => {
        for (const cell of context.model.cells) {
          if (cell.type === 'code') {
            shortenOutputs((cell as ICodeCellModel).outputs, id);
          }
        }
      });
    }
  };
  history.kept.connect(onKept);
  return new DisposableDelegate(() => history.kept.disconnect(onKept));
}

function shortenOutputs(outputs: ICodeCellModel['outputs'], id: string): void {
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs.get(index).toJSON();
    const bundle = output.data as ReadonlyPartialJSONObject | undefined;
    const raw = bundle?.[MIME_TYPE] as ProfileDocument | undefined;
    if (bundle && raw?.id === id && !raw.summary) {
      const read = readDocument(raw);
      if ('document' in read) {
        outputs.set(index, withSummary(output, bundle, read.document));
      }
    }
  }
}

function withSummary(
  output: IOutput,
  bundle: ReadonlyPartialJSONObject,
  document: ProfileDocument
): IOutput {
  const text = bundle['text/plain'] as MultilineString | undefined;
  const plain = Array.isArray(text) ? text.join('') : (text ?? '');
  return {
    ...output,
    // Without the HTML, which has lines of the source and their times.
    data: {
      [MIME_TYPE]: shortened(document) as never,
      'text/plain': shortenedText(plain)
    }
  } as IOutput;
}
