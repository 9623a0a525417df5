import { LabIcon } from '@jupyterlab/ui-components';
import profileSvg from '../style/icons/profile.svg';

/** A stopwatch: the button, the file type. */
export const profileIcon = new LabIcon({
  name: 'cell-profiler:profile',
  svgstr: profileSvg
});
