import type { ISharedCodeCell, ISharedNotebook } from '@jupyter/ydoc';
import type { ProfileDocument } from '../document';
import type { IHeatBlock, IHeatOptions } from '../lib/heat';
import { cellHeat, sourceHeat } from '../lib/heat';
import type { IFileProfiles, IProfileChange, IProfiles } from '../tokens';
import type { HeatPlace } from './describe';

/** What stands in an editor, and where its profile is to be found. */
export interface IPlace {
  readonly kind: HeatPlace;
  newest(): ProfileDocument | null;
  /** Another run of the same source, whose memory or time is shown with it. */
  beside(document: ProfileDocument): ProfileDocument | null;
  blocks(
    document: ProfileDocument,
    options: IHeatOptions,
    beside: ProfileDocument | null
  ): IHeatBlock[];
  /** The cell that made a document, if it runs now. */
  running(document: ProfileDocument): ISharedCodeCell | null;
}

/** A code cell of a notebook. */
export class CellPlace implements IPlace {
  constructor(
    private readonly _profiles: IProfiles,
    private readonly _notebook: ISharedNotebook,
    private readonly _cellId: string
  ) {}

  readonly kind = 'cell';

  isOf({ cellId, notebook }: IProfileChange): boolean {
    return cellId === this._cellId && notebook === this._notebook;
  }

  newest(): ProfileDocument | null {
    return this._profiles.newest(this._notebook, this._cellId);
  }

  beside(document: ProfileDocument): ProfileDocument | null {
    return this._profiles.beside(this._notebook, document);
  }

  blocks(
    document: ProfileDocument,
    options: IHeatOptions,
    beside: ProfileDocument | null
  ): IHeatBlock[] {
    return cellHeat(document, this._cellId, options, beside);
  }

  /**
   * JupyterLab before 4.3 does not know whether a cell runs: the heat then goes when
   * the run begins.
   */
  running({ target }: ProfileDocument): ISharedCodeCell | null {
    const cell = this._notebook.cells.find(({ id }) => id === target.cellId);
    return cell?.cell_type === 'code' &&
      (cell as ISharedCodeCell).executionState === 'running'
      ? (cell as ISharedCodeCell)
      : null;
  }
}

/** A file in a file editor. */
export class FilePlace implements IPlace {
  /**
   * @param _path - where the file is in Jupyter: a file is renamed while it is open,
   *   and an editor is made before it is known; null where there is none
   */
  constructor(
    private readonly _files: IFileProfiles,
    private readonly _path: () => string | null
  ) {}

  readonly kind = 'file';

  get path(): string | null {
    return this._path();
  }

  newest(): ProfileDocument | null {
    const { path } = this;
    return (path !== null && this._files.newest(path)?.document) || null;
  }

  beside(document: ProfileDocument): ProfileDocument | null {
    const { path } = this;
    return path === null ? null : this._files.beside(path, document);
  }

  blocks(
    document: ProfileDocument,
    options: IHeatOptions,
    beside: ProfileDocument | null
  ): IHeatBlock[] {
    const { path } = this;
    const found = path === null ? null : this._files.newest(path);
    if (found?.document !== document) {
      return [];
    }
    const { files } = document;
    return sourceHeat(
      document,
      file => found.files.has(files.indexOf(file)),
      options,
      beside
    );
  }

  /** A script runs in its tab, and its file stays as it is. */
  running(): null {
    return null;
  }
}
