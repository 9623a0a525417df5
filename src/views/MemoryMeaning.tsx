import * as React from 'react';
import { memoryModel, stepsOf } from '../lib/series';
import { LineLink } from './LineLink';
import { memorySentence } from './memorytext';
import { cut } from './text';
import type { IViewProps } from './view';

/** The sentences of the Summary where memory is what was asked for. */
export function MemoryMeaning(props: IViewProps): JSX.Element | null {
  const { document, options, trans } = props;
  const { model, steps } = React.useMemo(() => {
    const model = memoryModel(document);
    return { model, steps: stepsOf(model.series[0], model.marks) };
  }, [document]);
  const [most] = steps;
  const [file] = document.files;
  const line = most && most.added > 0 ? most.mark.line : null;
  const source =
    line === null ? null : file?.source?.[line - (file.firstLine ?? 1)];
  return (
    <p className="jp-CellProfiler-meaning">
      {memorySentence(model, steps, options.decimals, trans)}
      {line !== null && file && source?.trim() && (
        <>
          <br />
          <LineLink
            {...props}
            block={file}
            line={line}
            label={trans.__('line %1', line)}
          />
          : <code>{cut(source.trim(), 120)}</code>
        </>
      )}
    </p>
  );
}
