export { Problem } from './Problem';
export type { IProfileProps } from './Profile';
export { Profile } from './Profile';
