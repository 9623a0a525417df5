import type { TranslationBundle } from '@jupyterlab/translation';
import type { Attachment } from '../kernel';
import { PACKAGE } from '../kernel';
import type { Loss } from './session';

/** Characters of what a kernel says that are shown. */
const LONGEST = 2000;

/** Why a script does not run in an environment; its name is that of the kernel. */
export function attachmentProblem(
  attachment: Exclude<Attachment, { status: 'attached' }>,
  environment: string,
  trans: TranslationBundle
): string {
  switch (attachment.status) {
    case 'missing':
      return trans.__(
        'No profile: Cell Profiler is not installed in the environment “%1”. Install it there with “pip install %2”, or choose another environment.',
        environment,
        PACKAGE
      );
    case 'broken':
      return trans.__(
        'Cell Profiler does not work in the environment “%1”: %2',
        environment,
        attachment.reason
      );
    default:
      return trans.__('The kernel ended before the script was started.');
  }
}

/** Why the kernel side did not run a script, from the exception that it raised. */
export function refusal(
  name: unknown,
  value: unknown,
  environment: string,
  trans: TranslationBundle
): string {
  const text = String(value ?? '').slice(0, LONGEST);
  if (name === 'AttributeError' && text.includes('profile_script')) {
    return trans.__(
      'The Cell Profiler in the environment “%1” is too old to run scripts: update it there with “pip install --upgrade %2”.',
      environment,
      PACKAGE
    );
  }
  return name === 'KeyboardInterrupt'
    ? trans.__('Stopped before anything was measured.')
    : text || trans.__('The script cannot be run: %1', String(name));
}

/** What it means that the kernel of a script is gone. */
export function lossProblem(loss: Loss, trans: TranslationBundle): string {
  return loss === 'died'
    ? trans.__(
        'The kernel that ran the script died, and with it what was measured. The machine may have run out of memory; the log of the server may say more.'
      )
    : trans.__(
        'The kernel that ran the script was shut down or cannot be reached any more. What was measured is lost: run the script again.'
      );
}
