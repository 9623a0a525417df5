import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { withBeside } from '../lib/beside';
import { lineModel } from '../lib/lines';
import type { IReadDocument } from '../lib/validate';
import type { ISourceLocation } from '../tokens';
import { Header } from './Header';
import { keepOwnKeys } from './keys';
import { Notices } from './Notices';
import type { IViewOptions } from './options';
import { VIEWS } from './registry';
import type { IProfileState } from './state';
import { Tabs } from './Tabs';
import { cut } from './text';
import type { IViewProps } from './view';

/** A whole profile and what belongs to it. */
export interface IProfileProps {
  readonly read: IReadDocument;
  readonly options: IViewOptions;
  /** Another run of the same source, that has memory where this one has times or so. */
  readonly beside?: ProfileDocument | null;
  /** Where to start from; later changes are told with `onState`. */
  readonly state: IProfileState;
  readonly onState: (state: IProfileState) => void;
  /** Shows a place; null where there is nothing to show it in. */
  readonly open: ((location: ISourceLocation) => Promise<void>) | null;
  readonly canOpen: (location: ISourceLocation) => boolean;
  /** Runs the same again and profiles the lines of a function; null where that cannot be done. */
  readonly profileLines?: IViewProps['profileLines'];
  /** Runs the same again under other profilers; null where that cannot be done. */
  readonly profileAgain?: IViewProps['profileAgain'];
  /** Compares this run with the one before; null where there is none. */
  readonly compare?: (() => void) | null;
  /** The document is in the page, not yet painted. */
  readonly onDrawn: (id: string) => void;
  readonly trans: TranslationBundle;
}

/** A whole profile: header, tabs, the selected view. */
export function Profile(props: IProfileProps): JSX.Element {
  const { read, options, open, onDrawn, trans } = props;
  const { document } = read;
  const [state, setState] = React.useState(props.state);
  const [failed, setFailed] = React.useState(false);
  const beside = props.beside ?? null;
  const lines = React.useMemo(
    () => lineModel(beside ? withBeside(document, beside) : document),
    [document, beside]
  );
  const views = VIEWS.filter(view => view.applies(document, lines));
  const view = views.find(({ id }) => id === state.tab) ?? views[0];

  React.useEffect(() => props.onState(state), [state]);
  React.useEffect(() => onDrawn(document.id), [document]);

  const onState: IViewProps['onState'] = React.useCallback(
    change => setState(state => ({ ...state, ...change })),
    []
  );
  const onOpen =
    open &&
    ((location: ISourceLocation): void => {
      setFailed(false);
      open(location).catch(() => setFailed(true));
    });
  const View = view?.component;
  return (
    <div className="jp-CellProfiler-profile" onKeyDown={keepOwnKeys}>
      <Header
        document={document}
        compare={props.compare ?? null}
        trans={trans}
      />
      <Notices
        document={document}
        hidden={hiddenKinds(read)}
        empty={views.length === 0}
        trans={trans}
      />
      {View && (
        <Tabs
          tabs={views.map(({ id, label }) => ({ id, label: label(trans) }))}
          selected={view.id}
          onSelect={tab => onState({ tab })}
          label={trans.__('Views of the profile')}
        >
          <View
            document={document}
            lines={lines}
            beside={beside}
            options={options}
            state={state}
            onState={onState}
            onOpen={onOpen}
            canOpen={oncePerFile(props.canOpen)}
            profileLines={props.profileLines ?? null}
            profileAgain={props.profileAgain ?? null}
            trans={trans}
          />
        </Tabs>
      )}
      <div role="status" className="jp-CellProfiler-status">
        {failed && trans.__('This line could not be opened here.')}
      </div>
      <Notes document={document} trans={trans} />
    </div>
  );
}

/** What a reader should know of how the numbers came about, in the profilers' own words. */
function Notes({
  document,
  trans
}: {
  readonly document: ProfileDocument;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  const notes = document.profilers.reduce<string[]>(
    (all, { notes }) => [...all, ...notes],
    []
  );
  return notes.length === 0 ? null : (
    <ul
      className="jp-CellProfiler-notes"
      aria-label={trans.__('Notes on the numbers')}
    >
      {notes.map((note, index) => (
        <li key={index}>{cut(note)}</li>
      ))}
    </ul>
  );
}

/** Kinds of sections that no view of this version shows. */
function hiddenKinds({ document, unknownKinds }: IReadDocument): string[] {
  const shown = new Set<string>();
  VIEWS.forEach(({ kinds }) => kinds.forEach(kind => shown.add(kind)));
  const hidden = document.sections
    .map(({ kind }) => kind)
    .filter(kind => !shown.has(kind));
  return [...new Set([...hidden, ...unknownKinds])];
}

/** Whether lines of a file can be opened, asked once for each file and not for each line. */
function oncePerFile(
  canOpen: (location: ISourceLocation) => boolean
): (location: ISourceLocation) => boolean {
  const known = new Map<string, boolean>();
  return location => {
    const key = `${location.cellId ?? ''}\n${location.path}`;
    const answer = known.get(key) ?? canOpen(location);
    known.set(key, answer);
    return answer;
  };
}
