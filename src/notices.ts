import { Notification } from '@jupyterlab/apputils';

/** Say something that a person may read or miss. */
export function tell(message: string): void {
  Notification.info(message, { autoClose: 5000 });
}

/** Say why something was not done; long enough on the screen to be read. */
export function warn(message: string): void {
  Notification.warning(message, { autoClose: 15000 });
}
