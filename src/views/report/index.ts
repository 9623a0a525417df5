export { Report } from './Report';
export type { IReportProps } from './Report';
