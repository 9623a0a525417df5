export { Record } from './Record';
export { Watch } from './Watch';
export { Where } from './Where';
