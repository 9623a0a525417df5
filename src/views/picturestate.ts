/** How the call graph is drawn above the table of functions. */
export type PictureKind = 'none' | 'icicle' | 'sunburst';

/** What a person has chosen of the picture in the Functions view. */
export interface IPictureState {
  readonly kind: PictureKind;
  /** Levels of calls that are drawn. */
  readonly depth: number;
  /** Share of the run below which a function is not drawn by itself, 0…1. */
  readonly cutoff: number;
  /** Id of the node that fills the picture; null for the root. */
  readonly level: string | null;
}

/** As SnakeViz has them. */
export const DEPTHS: readonly number[] = [3, 5, 10, 15, 20];

/** As SnakeViz has them, and a coarse one for a narrow page. */
export const CUTOFFS: readonly number[] = [1 / 20, 1 / 100, 1 / 1000, 0];

export const INITIAL_PICTURE: IPictureState = {
  kind: 'none',
  depth: 10,
  cutoff: 1 / 1000,
  level: null
};
