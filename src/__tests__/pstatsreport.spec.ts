import { execFileSync, spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { TextEncoder } from 'util';
import type { CallsSection, ProfileDocument } from '../document';
import { pstatsBytes } from '../lib/pstats';
import { pstatsReport } from '../lib/pstatsreport';

// Browsers have it, jsdom has not.
Object.assign(globalThis, { TextEncoder });

const GOLDEN = join(
  __dirname,
  '../../jupyterlab_cell_profiler/tests/data/documents/functions-cell.cellprofile.json'
);
const profile: ProfileDocument = JSON.parse(readFileSync(GOLDEN, 'utf-8'));
const section = profile.sections.find(
  (section): section is CallsSection => section.kind === 'calls'
)!;

/** What pstats itself says of the exported statistics. */
const REPORT = `
import io, pstats, sys
stream = io.StringIO()
stats = pstats.Stats(sys.argv[1], stream=stream)
stats.sort_stats('cumulative').print_stats().print_callers().print_callees()
sys.stdout.reconfigure(encoding='utf-8')
print(stream.getvalue())
`;

const hasPython = spawnSync('python3', ['-c', 'import pstats']).status === 0;

/** Without date and file, blank lines, and white space at the ends of lines. */
function lines(report: string): string[] {
  return report
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line && !line.includes('.prof'));
}

describe('pstatsReport', () => {
  (hasPython ? it : it.skip)('is what pstats prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pstats-'));
    try {
      const path = join(folder, 'a.prof');
      writeFileSync(path, pstatsBytes(section, profile.files));
      const expected = execFileSync('python3', ['-c', REPORT, path], {
        encoding: 'utf-8'
      });
      const report = lines(pstatsReport(section, profile.files));
      expect(report).toEqual(lines(expected));
      expect(report.length).toBeGreaterThan(3 * section.functions.name.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says calls, and primitive ones where there was recursion', () => {
    const [head] = lines(pstatsReport(section, profile.files));
    const all = section.functions.calls.reduce((a, b) => a + b);
    const primitive = section.functions.primitive_calls.reduce((a, b) => a + b);
    expect(all).toBeGreaterThan(primitive);
    expect(head).toContain(`${all} function calls (${primitive} primitive`);
  });
});
