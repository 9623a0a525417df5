import {
  Compartment,
  Prec,
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Text,
  type Transaction
} from '@codemirror/state';
import { EditorView, gutter, gutterLineClass } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProfileDocument } from '../document';
import type { IHeatBlock } from '../lib/heat';
import type { HeatPlace } from './describe';
import { drawBlocks, NO_VISUALS, type IVisuals } from './marks';
import {
  mapBlock,
  placeBlock,
  refigureBlock,
  type IPlacedBlock
} from './placement';

/** The heat that an editor should show. */
export interface IEditorHeat {
  readonly place: HeatPlace;
  /** Null when nothing is known of the cell or file. */
  readonly document: ProfileDocument | null;
  /** Another run of the same source, whose memory or time is shown with it. */
  readonly beside: ProfileDocument | null;
  readonly blocks: readonly IHeatBlock[];
  /** Marks are kept while they are hidden, so that they come back to their lines. */
  readonly visible: boolean;
  /** The cell runs again: what is shown is the last profile's. */
  readonly held: boolean;
}

/** What an editor knows of its heat. */
interface IHeatState {
  readonly heat: IEditorHeat;
  readonly placed: readonly IPlacedBlock[];
  readonly visuals: IVisuals;
}

/** The heat in one editor; the same object serves all editors. */
export class HeatField {
  constructor(private readonly _trans: TranslationBundle) {}

  /** What an editor needs, with the heat it begins with. */
  extension(initial: () => IEditorHeat): Extension {
    return [
      this._field.init(state => this._place(initial(), state.doc, null)),
      // An editor without heat has no gutter: an empty one would draw the border
      // that JupyterLab gives to gutters.
      this._gutters.of(isShown(initial()) ? this._gutter : [])
    ];
  }

  /** What the editor shows now. */
  heatOf(state: EditorState): IEditorHeat {
    return state.field(this._field).heat;
  }

  /** Show other heat in an open editor. */
  show(view: EditorView, heat: IEditorHeat): void {
    const effects: StateEffect<unknown>[] = [this._set.of(heat)];
    if (isShown(heat) !== isShown(this.heatOf(view.state))) {
      effects.push(
        this._gutters.reconfigure(isShown(heat) ? this._gutter : [])
      );
    }
    view.dispatch({ effects });
  }

  private _update(value: IHeatState, transaction: Transaction): IHeatState {
    let result = value;
    if (transaction.docChanged && value.placed.length > 0) {
      const { changes, newDoc, startState } = transaction;
      result = this._draw(
        value.heat,
        value.placed.map(placed =>
          mapBlock(placed, changes, startState.doc, newDoc)
        ),
        newDoc
      );
    }
    for (const effect of transaction.effects) {
      if (effect.is(this._set)) {
        result = this._place(effect.value, transaction.newDoc, result);
      }
    }
    return result;
  }

  private _place(
    heat: IEditorHeat,
    text: Text,
    previous: IHeatState | null
  ): IHeatState {
    // Only figures differ when the document is the same: marks that went through
    // edits must not be placed anew.
    const isSame =
      previous !== null &&
      previous.heat.document === heat.document &&
      previous.heat.beside === heat.beside &&
      previous.placed.length === heat.blocks.length;
    const placed = heat.blocks.map((block, index) =>
      isSame
        ? refigureBlock(previous.placed[index], block)
        : placeBlock(block, text)
    );
    return this._draw(heat, placed, text);
  }

  private _draw(
    heat: IEditorHeat,
    placed: readonly IPlacedBlock[],
    text: Text
  ): IHeatState {
    const visuals = isShown(heat)
      ? drawBlocks(placed, text, heat, this._trans)
      : NO_VISUALS;
    return { heat, placed, visuals };
  }

  private readonly _set = StateEffect.define<IEditorHeat>();

  private readonly _gutters = new Compartment();

  private readonly _field: StateField<IHeatState> =
    StateField.define<IHeatState>({
      create: () => ({ heat: NO_HEAT, placed: [], visuals: NO_VISUALS }),
      update: (value, transaction) => this._update(value, transaction),
      provide: field =>
        EditorView.decorations.from(field, ({ visuals }) => visuals.lines)
    });

  // Left of the line numbers.
  private readonly _gutter = Prec.high([
    gutter({
      class: 'jp-CellProfiler-gutter',
      markers: view => view.state.field(this._field).visuals.figures
    }),
    gutterLineClass.compute(
      [this._field],
      state => state.field(this._field).visuals.rows
    )
  ]);
}

/** An editor that shows nothing. */
export const NO_HEAT: IEditorHeat = {
  place: 'cell',
  document: null,
  beside: null,
  blocks: [],
  visible: true,
  held: false
};

function isShown({ visible, blocks }: IEditorHeat): boolean {
  return visible && blocks.length > 0;
}
