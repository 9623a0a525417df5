import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import * as schema from '../../schema/plugin.json';
import { PROFILERS } from '../lib/profilers';
import { DEFAULTS, ProfilerSettings, readSettings } from '../settings';

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
        heat: false,
        heatMetric: 'hits',
        columns: ['time', 'hits', 'time'],
        decimals: 9,
        advance: true
      })
    ).toEqual({
      defaultProfiler: 'lines',
      heat: false,
      heatMetric: 'hits',
      columns: ['time', 'hits'],
      decimals: 3,
      advance: true
    });
    expect(
      readSettings({
        defaultProfiler: 1,
        heat: 'no',
        heatMetric: 'temperature',
        columns: 'time',
        decimals: 'two',
        advance: null
      })
    ).toEqual(DEFAULTS);
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
