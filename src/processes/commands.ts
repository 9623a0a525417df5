import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { processesIcon } from '../icons';
import { targetOf } from '../lib/processes/rows';
import type { IListing, ITarget } from '../lib/processes/types';
import { CommandIDs } from '../tokens';
import type { Action } from './ids';
import { ACTIONS } from './ids';
import type { ProcessTabs } from './tabs';

/** What the command works with. */
export interface IProcessCommandOptions {
  readonly commands: CommandRegistry;
  readonly tabs: Pick<ProcessTabs, 'where' | 'watch' | 'record'>;
  /** Ask what runs, so that it can be called by its name. */
  readonly list: () => Promise<IListing>;
  /** Show the panel. */
  readonly show: () => void;
  readonly trans: TranslationBundle;
}

const ATTACH_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    pid: {
      type: 'integer',
      description:
        'Number of the process. Default, without a kernelId: the panel is shown.'
    },
    kernelId: {
      type: 'string',
      description: 'Id of a kernel of the server, in place of a pid.'
    },
    action: {
      type: 'string',
      enum: [...ACTIONS],
      description:
        'Where it is now, live, or a recording. Default: where it is now.'
    },
    seconds: {
      type: 'number',
      description:
        'For a recording, which then begins at once. Default: a person is asked.'
    }
  }
};

/** Add the command that looks into what already runs. */
export function addProcessCommands(options: IProcessCommandOptions): void {
  const { commands, list, show, tabs, trans } = options;
  commands.addCommand(CommandIDs.attach, {
    label: args =>
      isAbout(args)
        ? trans.__('Look into a Process')
        : trans.__('Show Processes'),
    caption: trans.__(
      'Look into a busy kernel or any Python process that already runs'
    ),
    icon: processesIcon,
    describedBy: { args: ATTACH_ARGS },
    execute: async args => {
      if (!isAbout(args)) {
        show();
        return;
      }
      const target = await targetFor(args, list, trans);
      switch (actionOf(args)) {
        case 'where':
          return tabs.where(target);
        case 'watch':
          return tabs.watch(target);
        case 'record':
          return tabs.record(target, secondsOf(args));
      }
    }
  });
}

function isAbout({ kernelId, pid }: ReadonlyPartialJSONObject): boolean {
  return typeof kernelId === 'string' || isPid(pid);
}

/** What is asked for, by the name that people know it by if it can be had. */
async function targetFor(
  { kernelId, pid }: ReadonlyPartialJSONObject,
  list: () => Promise<IListing>,
  trans: TranslationBundle
): Promise<ITarget> {
  let listing: IListing | null = null;
  try {
    listing = await list();
  } catch {
    // Then it is called by its number; the question itself will say what is wrong.
  }
  const kernel = listing?.kernels.find(each =>
    typeof kernelId === 'string'
      ? each.kernelId === kernelId
      : each.pid !== null && each.pid === pid
  );
  if (kernel) {
    return targetOf({
      kind: 'kernel',
      section: 'kernels',
      process: kernel,
      index: 0
    });
  }
  if (typeof kernelId === 'string') {
    return { kind: 'kernel', kernelId, name: kernelId.slice(0, 8) };
  }
  const process = listing?.processes.find(each => each.pid === pid);
  return {
    kind: 'process',
    pid: pid as number,
    name: process?.name ?? trans.__('process %1', pid as number)
  };
}

function isPid(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function actionOf({ action }: ReadonlyPartialJSONObject): Action {
  return ACTIONS.find(each => each === action) ?? 'where';
}

function secondsOf({ seconds }: ReadonlyPartialJSONObject): number | undefined {
  return typeof seconds === 'number' && seconds > 0 && seconds <= 3600
    ? seconds
    : undefined;
}
