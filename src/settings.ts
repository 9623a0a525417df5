import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { HeatMetric } from './lib/heat';
import type { IProfilerOptions } from './tokens';
import { SETTINGS_ID } from './tokens';

/** Options of one profiler. */
type Options = IProfilerOptions[string];

/** The settings of `schema/plugin.json`. */
export interface ISettingValues {
  /** Name of the profiler that a plain press of the button uses. */
  readonly defaultProfiler: string;
  /** Options of the profiler of that name, and so for the next ones. */
  readonly overview: Options;
  readonly stacks: Options;
  readonly memory: Options;
  readonly counters: Options;
  /** Percent of the memory in use from which on a run is warned of; 0: never. */
  readonly memoryWarning: number;
  /** Whether lines of profiled cells are coloured. */
  readonly heat: boolean;
  readonly heatMetric: HeatMetric;
  /** Columns of the Lines view, in order. */
  readonly columns: readonly string[];
  /** Decimals of shown numbers, 0–3. */
  readonly decimals: number;
  /** Whether a profiled run moves on to the next cell. */
  readonly advance: boolean;
  /** Whether runs are kept in the history. */
  readonly history: boolean;
  /** What stays in a notebook once the history has the profile. */
  readonly inNotebook: 'profile' | 'summary';
}

/** The profilers that have options. */
const WITH_OPTIONS = ['overview', 'stacks', 'memory', 'counters'] as const;

/** What numbers may be; whole ones where it says so. */
const NUMBERS: {
  readonly [option: string]: {
    readonly least: number;
    readonly most: number;
    readonly whole: boolean;
  };
} = {
  /** Samples a second. */
  rate: { least: 1, most: 1000, whole: true },
  /** Seconds between two samples. */
  interval: { least: 0.001, most: 60, whole: false }
};

/** What texts may be. */
const WORDS: { readonly [option: string]: readonly string[] | RegExp } = {
  unique: ['none', 'uss', 'pss'],
  /** Names of `perf list` with commas between; the kernel side looks closer. */
  events: /^[\w{][\w.:/=,@{}+%* -]{0,1999}$/
};

/** The same values as in `schema/plugin.json`. */
export const DEFAULTS: ISettingValues = {
  defaultProfiler: 'overview',
  overview: { rate: 20, native: true },
  stacks: {
    rate: 100,
    idle: true,
    native: false,
    gil: false,
    subprocesses: false
  },
  memory: { interval: 0.01, children: true, unique: 'none' },
  counters: {
    events:
      'cycles,instructions,cache-references,cache-misses,branches,branch-misses,task-clock,faults,minor-faults,major-faults,cs,migrations'
  },
  memoryWarning: 90,
  heat: true,
  heatMetric: 'self_time',
  columns: [
    'hits',
    'time',
    'time_per_hit',
    'self_time',
    'percent_of_block',
    'percent_of_total'
  ],
  decimals: 2,
  advance: false,
  history: true,
  inNotebook: 'profile'
};

/** The settings as they are now. */
export interface IProfilerSettings {
  readonly values: ISettingValues;
  readonly changed: ISignal<IProfilerSettings, void>;
  /** Change a setting for good, where settings can be kept. */
  set<K extends keyof ISettingValues>(
    key: K,
    value: ISettingValues[K]
  ): Promise<void>;
}

export const IProfilerSettings = new Token<IProfilerSettings>(
  'jupyterlab-cell-profiler:IProfilerSettings',
  'The settings of Cell Profiler as they are now.'
);

/**
 * Read settings; what is missing or not of its type becomes the default.
 *
 * @param composite - User settings on top of defaults, as the registry has them.
 */
export function readSettings(
  composite: ReadonlyPartialJSONObject
): ISettingValues {
  const { defaultProfiler, memoryWarning, heat, heatMetric } = composite;
  const { columns, decimals, advance, history, inNotebook } = composite;
  return {
    defaultProfiler:
      typeof defaultProfiler === 'string'
        ? defaultProfiler
        : DEFAULTS.defaultProfiler,
    overview: readOptions(composite.overview, DEFAULTS.overview),
    stacks: readOptions(composite.stacks, DEFAULTS.stacks),
    memory: readOptions(composite.memory, DEFAULTS.memory),
    counters: readOptions(composite.counters, DEFAULTS.counters),
    memoryWarning:
      typeof memoryWarning === 'number' && Number.isFinite(memoryWarning)
        ? Math.min(100, Math.max(0, memoryWarning))
        : DEFAULTS.memoryWarning,
    heat: typeof heat === 'boolean' ? heat : DEFAULTS.heat,
    heatMetric:
      heatMetric === 'self_time' ||
      heatMetric === 'time' ||
      heatMetric === 'hits' ||
      heatMetric === 'memory_peak'
        ? heatMetric
        : DEFAULTS.heatMetric,
    columns: Array.isArray(columns)
      ? [...new Set(columns.map(String))]
      : DEFAULTS.columns,
    decimals:
      typeof decimals === 'number' && Number.isFinite(decimals)
        ? Math.min(3, Math.max(0, Math.round(decimals)))
        : DEFAULTS.decimals,
    advance: typeof advance === 'boolean' ? advance : DEFAULTS.advance,
    history: typeof history === 'boolean' ? history : DEFAULTS.history,
    inNotebook: inNotebook === 'summary' ? 'summary' : DEFAULTS.inNotebook
  };
}

/** Options of the types that the defaults have, numbers in their bounds. */
function readOptions(value: unknown, defaults: Options): Options {
  const given = ((typeof value === 'object' && value) || {}) as {
    [option: string]: unknown;
  };
  const options: { [option: string]: Options[string] } = {};
  for (const [name, usual] of Object.entries(defaults)) {
    const found = readOption(name, given[name]);
    options[name] = typeof found === typeof usual ? found! : usual;
  }
  return options;
}

/** The value of one option; null when it can have no such value. */
function readOption(name: string, value: unknown): Options[string] | null {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number': {
      const bounds = NUMBERS[name];
      const given = bounds?.whole ? Math.round(value) : value;
      return bounds && given > 0
        ? Math.min(bounds.most, Math.max(bounds.least, given))
        : null;
    }
    case 'string': {
      const words = WORDS[name];
      const fits =
        words instanceof RegExp ? words.test(value) : words?.includes(value);
      return fits ? value : null;
    }
    default:
      return null;
  }
}

/**
 * The options that differ from the usual ones of the kernel side, by profiler;
 * profilers without any are left out. What is usual is never sent, so that the
 * kernel side needs no word for it (`unique`: none).
 */
export function chosenOptions(
  values: ISettingValues,
  profilers: readonly string[]
): IProfilerOptions {
  const chosen: { [profiler: string]: Options } = {};
  for (const name of WITH_OPTIONS) {
    const differing = Object.entries(values[name]).filter(
      ([option, value]) => DEFAULTS[name][option] !== value
    );
    if (profilers.includes(name) && differing.length > 0) {
      chosen[name] = differing.reduce<Options>(
        (options, [option, value]) => ({ ...options, [option]: value }),
        {}
      );
    }
  }
  return chosen;
}

/**
 * Settings that start as the defaults and follow the registry once it has loaded:
 * nothing has to wait for them, and everything works without a registry.
 */
export class ProfilerSettings implements IProfilerSettings {
  constructor(registry: ISettingRegistry | null) {
    this.ready = registry ? this._load(registry) : Promise.resolve();
  }

  /** Resolved when the registry has answered, whatever it answered. */
  readonly ready: Promise<void>;

  get values(): ISettingValues {
    return this._values;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async set<K extends keyof ISettingValues>(
    key: K,
    value: ISettingValues[K]
  ): Promise<void> {
    if (this._settings) {
      await this._settings.set(key, value as boolean);
    } else {
      this._update({ ...this._values, [key]: value });
    }
  }

  private async _load(registry: ISettingRegistry): Promise<void> {
    try {
      const settings = await registry.load(SETTINGS_ID);
      this._settings = settings;
      settings.changed.connect(() =>
        this._update(readSettings(settings.composite))
      );
      this._update(readSettings(settings.composite));
    } catch {
      // Without its settings everything still works, with the defaults.
    }
  }

  private _update(values: ISettingValues): void {
    this._values = values;
    this._changed.emit();
  }

  private _settings: ISettingRegistry.ISettings | null = null;
  private _values = DEFAULTS;
  private _changed = new Signal<this, void>(this);
}
