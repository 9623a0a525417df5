import { toolsOf } from '../lib/chips';
import { golden } from './golden';

const use = (
  tool: string,
  toolVersion: string,
  options: { [name: string]: unknown }
) => {
  const document = golden('stacks-cell');
  const [run] = document.profilers;
  return toolsOf({
    ...document,
    profilers: [{ ...run, tool, toolVersion, options }]
  });
};

describe('toolsOf', () => {
  it('has each tool with its version and how it looked', () => {
    expect(
      use('py-spy + psutil', '0.4.3 + 7.2.2', { rate: 40, interval: 0.01 })
    ).toEqual([
      { name: 'py-spy', version: '0.4.3', rate: 40, interval: null },
      { name: 'psutil', version: '7.2.2', rate: null, interval: 0.01 }
    ]);
  });

  it('has no version where it is not known whose it is', () => {
    expect(use('py-spy + psutil', '7.2.2', {})).toEqual([
      { name: 'py-spy', version: '', rate: null, interval: null },
      { name: 'psutil', version: '', rate: null, interval: null }
    ]);
  });

  it('takes no rate from a stranger that is none', () => {
    for (const rate of ['40', -1, 0, null, {}]) {
      expect(use('py-spy', '1', { rate })[0].rate).toBeNull();
    }
    expect(use('line_profiler', '5', { rate: 3 })[0].rate).toBeNull();
  });
});
