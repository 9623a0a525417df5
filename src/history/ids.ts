/**
 * Commands of the history's own menus, keys and tabs. All take `{ids?: string[]}`;
 * without it they are about what is selected in the panel.
 */
export namespace HistoryCommandIDs {
  /** Open runs in tabs of their own. */
  export const open = 'cell-profiler:open-run';
  /** Show a run's heat on its cell again. */
  export const putBack = 'cell-profiler:put-run-back';
  /** Show the cell that was run. */
  export const showCell = 'cell-profiler:show-cell-of-run';
  export const rename = 'cell-profiler:rename-run';
  export const pin = 'cell-profiler:pin-runs';
  export const remove = 'cell-profiler:delete-runs';
  export const save = 'cell-profiler:export-runs';
  /** Choose files to add to the history. */
  export const add = 'cell-profiler:import-runs';
}
