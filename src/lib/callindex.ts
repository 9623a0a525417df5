import type { CallsSection } from '../document';

/** A call graph by function; all times in seconds, none negative. */
export interface ICallIndex {
  readonly self: readonly number[];
  readonly total: readonly number[];
  /** Time of what a function called: index of the callee → seconds, most first. */
  readonly callees: readonly ReadonlyMap<number, number>[];
  /** Sum of `callees`. */
  readonly called: readonly number[];
  /** Where the run begins. */
  readonly roots: readonly ICallRoot[];
}

/** A function that nothing measured called, or not every time. */
export interface ICallRoot {
  readonly index: number;
  readonly total: number;
}

/** The edges of a call graph by caller, and the functions where it begins. */
export function callIndex({ edges, functions }: CallsSection): ICallIndex {
  const count = functions.name.length;
  const self = functions.self_time.map(atLeastZero);
  const out = functions.name.map(() => new Map<number, number>());
  const arrivals = new Array<number>(count).fill(0);
  const arrived = new Array<number>(count).fill(0);
  const repeated = new Array<number>(count).fill(0);
  edges.caller.forEach((caller, edge) => {
    const callee = edges.callee[edge];
    const time = atLeastZero(edges.total_time[edge]);
    out[caller].set(callee, (out[caller].get(callee) ?? 0) + time);
    if (caller === callee) {
      repeated[callee] += edges.calls[edge];
    } else {
      arrivals[callee] += edges.calls[edge];
      arrived[callee] += time;
    }
  });
  const callees = out.map(
    map => new Map([...map].sort((a, b) => b[1] - a[1] || a[0] - b[0]))
  );
  const called = callees.map(map => {
    let sum = 0;
    map.forEach(time => (sum += time));
    return sum;
  });
  const total = functions.total_time.map((time, index) =>
    // The row of those that were folded has no total.
    time === null ? self[index] + called[index] : atLeastZero(time)
  );
  const begins = functions.calls.map((calls, index) =>
    arrivals[index] === 0
      ? total[index]
      : arrivals[index] + repeated[index] < calls
        ? Math.max(0, total[index] - arrived[index])
        : 0
  );
  return { self, total, callees, called, roots: rootsOf(out, begins, total) };
}

/** Where the run begins, and a function of each circle that nothing leads to. */
function rootsOf(
  callees: readonly ReadonlyMap<number, number>[],
  begins: readonly number[],
  total: readonly number[]
): ICallRoot[] {
  const roots: ICallRoot[] = [];
  const reached = new Array<boolean>(total.length).fill(false);
  const reach = (from: number): void => {
    const stack = [from];
    reached[from] = true;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      callees[at].forEach((time, callee) => {
        if (!reached[callee]) {
          reached[callee] = true;
          stack.push(callee);
        }
      });
    }
  };
  begins.forEach((time, index) => {
    if (time > 0) {
      roots.push({ index, total: time });
      if (!reached[index]) {
        reach(index);
      }
    }
  });
  const largest = total.map((_, index) => index);
  largest.sort((a, b) => total[b] - total[a] || a - b);
  for (const index of largest) {
    if (!reached[index] && total[index] > 0) {
      roots.push({ index, total: total[index] });
      reach(index);
    }
  }
  return roots;
}

function atLeastZero(time: number | null): number {
  return time !== null && time > 0 ? time : 0;
}
