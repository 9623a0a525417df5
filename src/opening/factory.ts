import type { DocumentRegistry } from '@jupyterlab/docregistry';
import {
  ABCWidgetFactory,
  DocumentWidget,
  TextModelFactory
} from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import { profileIcon } from '../icons';
import type { IForeignProfileOptions } from './widget';
import { ForeignProfile } from './widget';

/** Of the models, by which JupyterLab pairs them with the widgets. */
export const MODEL = 'cell-profiler-foreign';

/**
 * Documents whose content never comes into the page: they may be hundreds of
 * megabytes, and only the server reads them.
 */
export class ForeignModelFactory extends TextModelFactory {
  get name(): string {
    return MODEL;
  }

  get contentType(): Contents.ContentType {
    return 'file';
  }

  /** Null: JupyterLab asks for no content. */
  get fileFormat(): Contents.FileFormat {
    return null;
  }
}

/** A tab with a profile of another tool. */
export type ForeignDocument = DocumentWidget<ForeignProfile>;

/** Makes the tabs. */
export class ForeignFactory extends ABCWidgetFactory<ForeignDocument> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<ForeignDocument>,
    private readonly _parts: Omit<IForeignProfileOptions, 'context'>
  ) {
    super(options);
  }

  protected createNewWidget(
    context: DocumentRegistry.Context
  ): ForeignDocument {
    const content = new ForeignProfile({ ...this._parts, context });
    const widget = new DocumentWidget({ content, context });
    widget.title.icon = profileIcon;
    return widget;
  }
}
