/** Id and CSS class of the panel. */
export const PANEL_ID = 'jp-CellProfiler-processes';

/** What can be done with something that runs. */
export type Action = 'where' | 'watch' | 'record';

export const ACTIONS: readonly Action[] = ['where', 'watch', 'record'];
