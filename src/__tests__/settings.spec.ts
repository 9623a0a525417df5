import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import * as schema from '../../schema/plugin.json';
import { PROFILERS } from '../lib/profilers';
import {
  chosenOptions,
  DEFAULTS,
  ProfilerSettings,
  readSettings
} from '../settings';

describe('the schema', () => {
  it('has the defaults of the code', () => {
    const defaults = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        property.default
      ])
    );
    expect(defaults).toEqual(DEFAULTS);
  });

  it('says of each option what it is when nothing is chosen', () => {
    for (const name of ['overview', 'stacks', 'memory', 'counters'] as const) {
      const { default: whole, properties } = schema.properties[name];
      expect(
        Object.fromEntries(
          Object.entries(properties).map(([option, { default: usual }]) => [
            option,
            usual
          ])
        )
      ).toEqual(whole);
    }
  });

  it('offers the profilers of this version', () => {
    expect(schema.properties.defaultProfiler.enum).toEqual(PROFILERS);
  });
});

describe('readSettings', () => {
  it('keeps what is right and replaces what is not', () => {
    expect(readSettings({})).toEqual(DEFAULTS);
    expect(
      readSettings({
        defaultProfiler: 'lines',
        overview: { rate: 50.4, native: false },
        stacks: { rate: 5000, native: true, gil: 1, other: true },
        memory: { interval: 0.0001, children: false, unique: 'pss' },
        counters: { events: 'cycles,cs' },
        memoryWarning: 75.5,
        heat: false,
        heatMetric: 'hits',
        columns: ['time', 'hits', 'time'],
        decimals: 9,
        advance: true,
        history: false,
        inNotebook: 'summary'
      })
    ).toEqual({
      defaultProfiler: 'lines',
      overview: { rate: 50, native: false },
      stacks: { ...DEFAULTS.stacks, rate: 1000, native: true },
      memory: { interval: 0.001, children: false, unique: 'pss' },
      counters: { events: 'cycles,cs' },
      memoryWarning: 75.5,
      heat: false,
      heatMetric: 'hits',
      columns: ['time', 'hits'],
      decimals: 3,
      advance: true,
      history: false,
      inNotebook: 'summary'
    });
    expect(
      readSettings({
        defaultProfiler: 1,
        overview: 'fast',
        stacks: { rate: NaN, idle: null },
        memory: { interval: '1', children: 1, unique: 'all' },
        counters: { events: '--all-cpus' },
        memoryWarning: 'always',
        heat: 'no',
        heatMetric: 'temperature',
        columns: 'time',
        decimals: 'two',
        advance: null,
        history: 0,
        inNotebook: true
      })
    ).toEqual(DEFAULTS);
  });

  it('has bounds for numbers', () => {
    const interval = (interval: number) =>
      readSettings({ memory: { interval } }).memory.interval;
    expect([0.5, 100, 0, -1, Infinity].map(interval)).toEqual([
      ...[0.5, 60, 0.01, 0.01, 60]
    ]);
    const warning = (memoryWarning: number) =>
      readSettings({ memoryWarning }).memoryWarning;
    expect([0, -5, 101, NaN].map(warning)).toEqual([0, 0, 100, 90]);
  });
});

describe('chosenOptions', () => {
  it('has what differs from the usual, of the profilers that are asked for', () => {
    expect(chosenOptions(DEFAULTS, ['overview', 'stacks'])).toEqual({});
    const values = readSettings({
      overview: { rate: 50 },
      stacks: { rate: 200, native: true }
    });
    expect(chosenOptions(values, ['stacks', 'lines'])).toEqual({
      stacks: { rate: 200, native: true }
    });
    expect(chosenOptions(values, ['overview'])).toEqual({
      overview: { rate: 50 }
    });
    // The kernel side has no word for “none”; it is never sent.
    const memory = { interval: 0.1, unique: 'none' };
    expect(chosenOptions(readSettings({ memory }), ['memory'])).toEqual({
      memory: { interval: 0.1 }
    });
    expect(
      chosenOptions(readSettings({ memory: { unique: 'uss' } }), ['memory'])
    ).toEqual({ memory: { unique: 'uss' } });
    expect(chosenOptions(DEFAULTS, ['counters'])).toEqual({});
    const counters = { events: 'cpu/event=0x3c,umask=0x1/, cs' };
    expect(chosenOptions(readSettings({ counters }), ['counters'])).toEqual({
      counters
    });
  });
});

describe('ProfilerSettings', () => {
  it('works without a registry', async () => {
    const settings = new ProfilerSettings(null);
    const changed = jest.fn();
    settings.changed.connect(changed);
    await settings.set('heat', false);
    expect(settings.values).toEqual({ ...DEFAULTS, heat: false });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('follows the registry and writes to it', async () => {
    const composite: { [name: string]: unknown } = { decimals: 1 };
    const loaded = {
      composite,
      changed: new Signal({}),
      set: jest.fn(() => Promise.resolve())
    };
    const settings = new ProfilerSettings({
      load: () => Promise.resolve(loaded)
    } as unknown as ISettingRegistry);
    await settings.ready;
    expect(settings.values.decimals).toBe(1);
    await settings.set('heat', false);
    expect(loaded.set).toHaveBeenCalledWith('heat', false);
    composite.heat = false;
    loaded.changed.emit(undefined as never);
    expect(settings.values.heat).toBe(false);
  });

  it('keeps the defaults when the registry fails', async () => {
    const settings = new ProfilerSettings({
      load: () => Promise.reject(new Error('no schema'))
    } as unknown as ISettingRegistry);
    await settings.ready;
    expect(settings.values).toEqual(DEFAULTS);
  });
});
