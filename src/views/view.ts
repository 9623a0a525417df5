import type { TranslationBundle } from '@jupyterlab/translation';
import type { ComponentType } from 'react';
import type { ProfileDocument, Section } from '../document';
import type { IFilePlace } from '../lib/calls';
import type { ILineModel } from '../lib/lines';
import type { IProfilerOptions, ISourceLocation } from '../tokens';
import type { IViewOptions } from './options';
import type { IProfileState } from './state';

/** What every view gets. */
export interface IViewProps {
  readonly document: ProfileDocument;
  readonly lines: ILineModel;
  /** Another run of the same source, whose memory or time of lines is in `lines`, too. */
  readonly beside?: ProfileDocument | null;
  readonly options: IViewOptions;
  readonly state: IProfileState;
  /** Change some of the state; it is kept when the document is drawn again. */
  readonly onState: (change: Partial<IProfileState>) => void;
  /** Show a place where a person can work on it; null where that cannot be done. */
  readonly onOpen: ((location: ISourceLocation) => void) | null;
  readonly canOpen: (location: ISourceLocation) => boolean;
  /** Run the same again and profile the lines of this function; null where that cannot be done. */
  readonly profileLines:
    ((name: string, place: IFilePlace | null) => void) | null;
  /** Run the same again under other profilers; null where that cannot be done. */
  readonly profileAgain:
    ((profilers: readonly string[], options?: IProfilerOptions) => void) | null;
  readonly trans: TranslationBundle;
}

/** A tab of the widget. */
export interface IView {
  /** Also the `tab` of the state. */
  readonly id: string;
  readonly label: (trans: TranslationBundle) => string;
  /** Kinds of sections that it shows. */
  readonly kinds: readonly Section['kind'][];
  /** Whether it has anything to show. */
  readonly applies: (document: ProfileDocument, lines: ILineModel) => boolean;
  readonly component: ComponentType<IViewProps>;
}
