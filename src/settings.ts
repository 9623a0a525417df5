import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { HeatMetric } from './lib/heat';
import { SETTINGS_ID } from './tokens';

/** The settings of `schema/plugin.json`. */
export interface ISettingValues {
  /** Name of the profiler that a plain press of the button uses. */
  readonly defaultProfiler: string;
  /** Whether lines of profiled cells are coloured. */
  readonly heat: boolean;
  readonly heatMetric: HeatMetric;
  /** Columns of the Lines view, in order. */
  readonly columns: readonly string[];
  /** Decimals of shown numbers, 0–3. */
  readonly decimals: number;
  /** Whether a profiled run moves on to the next cell. */
  readonly advance: boolean;
}

/** The same values as in `schema/plugin.json`. */
export const DEFAULTS: ISettingValues = {
  defaultProfiler: 'overview',
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
  advance: false
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
  const { defaultProfiler, heat, heatMetric, columns, decimals, advance } =
    composite;
  return {
    defaultProfiler:
      typeof defaultProfiler === 'string'
        ? defaultProfiler
        : DEFAULTS.defaultProfiler,
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
    advance: typeof advance === 'boolean' ? advance : DEFAULTS.advance
  };
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
