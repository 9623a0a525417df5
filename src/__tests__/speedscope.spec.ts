import type { StacksSection } from '../document';
import type {
  IEventedProfile,
  ISampledProfile,
  ISpeedscopeFile
} from '../lib/speedscope';
import { speedscopeFile } from '../lib/speedscope';
import { GOLDEN, golden } from './golden';
import { chain, documentOf, sectionOf, stacksOf } from './stacks.documents';

const UNITS = ['bytes', 'none', 'seconds'];

/** What the published schema asks for, and what speedscope relies on besides. */
function check(file: ISpeedscopeFile): void {
  expect(file.$schema).toBe(
    'https://www.speedscope.app/file-format-schema.json'
  );
  expect(JSON.parse(JSON.stringify(file))).toEqual(file);
  const frames = file.shared.frames.length;
  for (const { name, file: path, line } of file.shared.frames) {
    expect(name).not.toBe('');
    expect(['string', 'undefined']).toContain(typeof path);
    expect(line === undefined || line > 0).toBe(true);
  }
  for (const profile of file.profiles) {
    expect(profile.name).not.toBe('');
    expect(UNITS).toContain(profile.unit);
    expect(profile.endValue).toBeGreaterThanOrEqual(profile.startValue);
    if (profile.type === 'sampled') {
      expect(profile.weights).toHaveLength(profile.samples.length);
      expect(Math.min(0, ...profile.weights)).toBe(0);
      const known = profile.samples.every(stack =>
        stack.every(frame => frame >= 0 && frame < frames)
      );
      expect(known).toBe(true);
    } else {
      checkEvents(profile, frames);
    }
  }
}

/** Frames close in the order in which they opened, and time goes on. */
function checkEvents({ events, endValue }: IEventedProfile, frames: number) {
  const open: number[] = [];
  let now = 0;
  let wrong = 0;
  for (const { type, at, frame } of events) {
    wrong += at < now || frame < 0 || frame >= frames ? 1 : 0;
    now = at;
    if (type === 'O') {
      open.push(frame);
    } else {
      wrong += open.pop() === frame ? 0 : 1;
    }
  }
  expect(wrong).toBe(0);
  expect(open).toEqual([]);
  expect(endValue).toBe(now);
}

const sampled = (profile: unknown): ISampledProfile => {
  expect(profile).toMatchObject({ type: 'sampled' });
  return profile as ISampledProfile;
};

const evented = (profile: unknown): IEventedProfile => {
  expect(profile).toMatchObject({ type: 'evented' });
  return profile as IEventedProfile;
};

/** Seconds in which a thread had a stack. */
const busy = ({ samples, weights }: ISampledProfile): number =>
  weights.reduce((all, one, at) => all + (samples[at].length ? one : 0), 0);

const ownOf = ({ nodes }: StacksSection, thread: number): number =>
  nodes.self.reduce<number>(
    (all, own, node) =>
      (nodes.thread?.[node] ?? 0) === thread ? all + (own ?? 0) : all,
    0
  );

describe('speedscopeFile', () => {
  it.each(GOLDEN)('of %s fits the schema', name => {
    check(speedscopeFile(golden(name)));
  });

  it('has frames, title and exporter', () => {
    const document = golden('stacks-cell');
    const file = speedscopeFile(document);
    expect(file).toMatchObject({
      exporter: document.producer,
      name: 'Stacks',
      activeProfileIndex: 0
    });
    expect(file.shared.frames[3]).toEqual({
      name: 'inner',
      file: 'In [1]',
      line: 4
    });
    expect(file.profiles).toEqual([
      {
        type: 'sampled',
        name: 'the cell',
        unit: 'seconds',
        startValue: 0,
        endValue: 0.333285,
        samples: [[0, 1, 2, 3], [4]],
        weights: [0.07842, 0.254865]
      }
    ]);
  });

  it.each(['stacks-cell', 'stacks-threads'])(
    'of %s has the sums of the threads, in time order or merged',
    name => {
      const section = stacksOf(name);
      const inTime = speedscopeFile(golden(name)).profiles;
      const merged = speedscopeFile(golden(name), 1).profiles;
      expect(inTime.map(profile => profile.name)).toEqual(section.threads);
      expect(merged.map(profile => profile.name)).toEqual(section.threads);
      section.threads!.forEach((_, thread) => {
        const own = ownOf(section, thread);
        expect(busy(sampled(inTime[thread]))).toBeCloseTo(own, 5);
        expect(evented(merged[thread]).endValue).toBeCloseTo(own, 9);
      });
    }
  );

  it('leaves gaps where a thread has none of the samples', () => {
    const section = sectionOf(
      [
        ['a', -1, 3],
        ['b', 0, 1]
      ],
      {
        threads: ['one', 'two'],
        timeline: {
          t: [1, 0, 4, 6],
          node: [0, 1, 1, 0],
          thread: [0, 1, 0, 0],
          duration: [2, 1, 2, 1]
        }
      }
    );
    const [one, two] = speedscopeFile(documentOf(section)).profiles.map(
      sampled
    );
    expect(one.samples).toEqual([[], [0], [], [0, 1], [0]]);
    expect(one.weights).toEqual([1, 2, 1, 2, 1]);
    expect(one.endValue).toBe(7);
    expect(two.samples).toEqual([[0, 1]]);
  });

  it('takes the next entry for the end where nothing else is said', () => {
    const section = sectionOf(
      [
        ['a', -1, 2],
        ['b', 0, 3]
      ],
      { timeline: { t: [0, 2, null], node: [0, 1, 1], thread: [0, 0, 0] } }
    );
    const { profiles } = speedscopeFile(documentOf(section));
    const { weights } = sampled(profiles[0]);
    expect(weights).toEqual([2, 0, 3]);
  });

  it('bears a timeline of a stranger', () => {
    const section = sectionOf([['a', -1, 1]], {
      timeline: {
        t: [5, 1, null, -3],
        node: [0, 0, 0, 0],
        thread: [9, 9, 9, 9],
        duration: [1, -5, 1, 1]
      }
    });
    const file = speedscopeFile(documentOf(section));
    check(file);
    expect(file.profiles[0].name).toBe('Stacks');
  });

  it.each([
    ['bytes', 'bytes'],
    ['count', 'none'],
    ['percent', 'none']
  ] as const)('has the unit of %s, without times', (unit, expected) => {
    const section = { ...stacksOf('stacks-cell'), unit };
    const [profile] = speedscopeFile(documentOf(section)).profiles;
    expect(evented(profile).unit).toBe(expected);
  });

  it('has profiles of all sections, each with its frames', () => {
    const [peak, leaked] = [
      sectionOf([['a', -1, 10]], { unit: 'bytes', name: 'peak' }),
      sectionOf([['', -1, 20]], { unit: 'bytes', name: 'leaked' })
    ];
    const file = speedscopeFile(documentOf(peak, leaked));
    check(file);
    expect(file.shared.frames).toEqual([{ name: 'a' }, { name: '(unknown)' }]);
    expect(file.profiles.map(({ name, endValue }) => [name, endValue])).toEqual(
      [
        ['peak: Stacks', 10],
        ['leaked: Stacks', 20]
      ]
    );
    expect(evented(file.profiles[1]).events.map(({ frame }) => frame)).toEqual([
      1, 1
    ]);
  });

  it('writes the merged tree from the left, own time last', () => {
    const section = sectionOf([
      ['a', -1, 1],
      ['b', 0, 2],
      ['c', 0, 3],
      ['d', -1, 4]
    ]);
    const [profile] = speedscopeFile(documentOf(section)).profiles;
    const events = evented(profile).events.map(
      ({ type, at, frame }) => `${type}${frame}@${at}`
    );
    expect(events.join(' ')).toBe('O0@0 O1@0 C1@2 O2@2 C2@5 C0@6 O3@6 C3@10');
  });

  it('writes deep stacks', () => {
    const deep = chain(10_000);
    const merged = speedscopeFile(documentOf(deep));
    check(merged);
    expect(evented(merged.profiles[0]).events).toHaveLength(20_000);
    deep.timeline = { t: [0], node: [9_999], thread: [0], duration: [1] };
    const inTime = speedscopeFile(documentOf(deep));
    check(inTime);
    expect(sampled(inTime.profiles[0]).samples[0]).toHaveLength(10_000);
  });

  it('writes very many threads', () => {
    const count = 150_000;
    const many = sectionOf(
      Array.from({ length: count }, () => ['f', -1, 1] as const)
    );
    many.nodes.thread = many.nodes.frame;
    many.frames = { name: ['f'], file: [-1], line: [0] };
    many.nodes.frame = many.nodes.frame.map(() => 0);
    expect(speedscopeFile(documentOf(many)).profiles).toHaveLength(count);
  });
});
