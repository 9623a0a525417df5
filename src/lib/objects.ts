import type { ObjectsSection, ProfileDocument } from '../document';
import type { IPattern } from './pattern';
import type { ISort } from './sort';

/** One object of the tree, or several that stand together. */
export interface IObjectRow {
  /** Its place in the section. */
  readonly index: number;
  readonly name: string;
  readonly type: string;
  /** Bytes with all that it refers to; null when it was not measured. */
  readonly size: number | null;
  /** Bytes of the object alone. */
  readonly flat: number | null;
  readonly count: number;
  /** Index of the row that it stands in, -1 for a variable. */
  readonly parent: number;
  /** Levels below a variable. */
  readonly depth: number;
  /** Bytes that count under another variable. */
  readonly shared: number | null;
  readonly added: number | null;
  /** Measuring was stopped: it has at least `size`. */
  readonly partial: boolean;
  readonly note: string | null;
  readonly children: readonly IObjectRow[];
}

/** The objects of a document. */
export interface IObjectModel {
  readonly section: ObjectsSection | null;
  /** All rows, in the order of the section. */
  readonly rows: readonly IObjectRow[];
  readonly roots: readonly IObjectRow[];
  /** Bytes of the largest root, for the lengths of bars. */
  readonly largest: number;
  readonly hasAdded: boolean;
  /** One expression and not the variables of a notebook. */
  readonly single: boolean;
}

/** Columns that the objects can be sorted by. */
const NUMBERS = ['size', 'flat', 'count', 'added'] as const;
type ObjectNumber = (typeof NUMBERS)[number];

/** The largest first. */
export const LARGEST: ISort = { column: 'size', descending: true };

/** The tree of a document's objects; the first section counts. */
export function objectModel(document: ProfileDocument): IObjectModel {
  const section =
    document.sections.find(
      (section): section is ObjectsSection => section.kind === 'objects'
    ) ?? null;
  const rows: (IObjectRow & { children: IObjectRow[] })[] = [];
  const roots: IObjectRow[] = [];
  const finite = (value: number | null | undefined): number | null =>
    typeof value === 'number' && Number.isFinite(value) ? value : null;
  (section?.name ?? []).forEach((name, index) => {
    const { added, note, partial, shared } = section!;
    const parent = rows[section!.parent[index]];
    const row = {
      index,
      name,
      type: section!.type[index],
      size: finite(section!.size[index]),
      flat: finite(section!.flat[index]),
      count: section!.count[index],
      parent: section!.parent[index],
      depth: parent ? parent.depth + 1 : 0,
      shared: finite(shared?.[index]),
      added: finite(added?.[index]),
      partial: partial?.[index] ?? false,
      note: note?.[index] ?? null,
      children: []
    };
    rows.push(row);
    (parent?.children ?? roots).push(row);
  });
  return {
    section,
    rows,
    roots,
    largest: roots.reduce((most, { size }) => Math.max(most, size ?? 0), 0),
    hasAdded: section?.added !== undefined,
    single: document.target.kind === 'statement' && !section?.added
  };
}

/** What is drawn of the tree: rows in order, each below the one that it stands in. */
export function visibleRows(
  model: IObjectModel,
  {
    open,
    pattern,
    searching,
    sort
  }: {
    /** Rows that are open, by index. */
    readonly open: ReadonlySet<number>;
    readonly pattern: IPattern;
    /** Show what matches and what leads there, whether open or not. */
    readonly searching: boolean;
    readonly sort: ISort;
  }
): IObjectRow[] {
  const kept = searching ? matching(model, pattern) : null;
  const result: IObjectRow[] = [];
  // No recursion: a stranger's tree may be deeper than the stack.
  const stack = [...sortObjects(model.roots, sort)].reverse();
  for (let row = stack.pop(); row; row = stack.pop()) {
    if (kept && !kept.has(row.index)) {
      continue;
    }
    result.push(row);
    if (kept || open.has(row.index)) {
      stack.push(...sortObjects(row.children, sort).reverse());
    }
  }
  return result;
}

/** Rows whose name, type or note matches, and those that they stand in. */
function matching({ rows }: IObjectModel, pattern: IPattern): Set<number> {
  const kept = new Set<number>();
  for (const row of rows) {
    if (
      pattern.matches(row.name) ||
      pattern.matches(row.type) ||
      (row.note !== null && pattern.matches(row.note))
    ) {
      for (
        let at: IObjectRow | undefined = row;
        at && !kept.has(at.index);
        at = rows[at.parent]
      ) {
        kept.add(at.index);
      }
    }
  }
  return kept;
}

/** The order after a click on a heading: numbers largest first, texts from A to Z. */
export function nextObjectSort(sort: ISort, column: string): ISort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: column !== 'name' && column !== 'type' };
}

/** Rows in another order; equal ones keep theirs, those without a value stand last. */
export function sortObjects(
  rows: readonly IObjectRow[],
  { column, descending }: ISort
): IObjectRow[] {
  const sign = descending ? -1 : 1;
  if (column === 'name' || column === 'type') {
    return [...rows].sort(
      (a, b) =>
        sign *
          (Number(a[column] > b[column]) - Number(a[column] < b[column])) ||
        a.index - b.index
    );
  }
  const number: ObjectNumber = NUMBERS.find(name => name === column) ?? 'size';
  return [...rows].sort((a, b) => {
    const [left, right] = [a[number], b[number]];
    if (left === null || right === null) {
      return (
        Number(left === null) - Number(right === null) || a.index - b.index
      );
    }
    return sign * (left - right) || a.index - b.index;
  });
}

/** The rows that a row stands in, the variable first. */
export function pathTo(model: IObjectModel, index: number): IObjectRow[] {
  const path: IObjectRow[] = [];
  for (let at = model.rows[index]; at; at = model.rows[at.parent]) {
    path.unshift(at);
  }
  return path;
}

/** Bytes of a row in a whole where everything counts once. */
export function ownSize({ shared, size }: IObjectRow): number {
  return Math.max(0, (size ?? 0) - Math.max(0, shared ?? 0));
}

/** A row of the treemap. */
export interface IMapNode {
  /** Index of the row; null for the whole. */
  readonly row: IObjectRow | null;
  readonly id: string;
  readonly parent: string;
  /** Bytes in a whole where everything counts once. */
  readonly value: number;
}

/** Nodes of a picture: what plotly draws in about a second. */
export const MOST_NODES = 1500;

/** Id of the whole. */
export const WHOLE_ID = 'all';

/**
 * What a treemap draws: a tree whose parts are no more than their whole, however a
 * document has it. What is shared with another variable has no room of its own.
 */
export function mapNodes(model: IObjectModel): IMapNode[] {
  const nodes: IMapNode[] = [];
  const scale = new Map<number, number>();
  const whole = model.roots.reduce((sum, row) => sum + ownSize(row), 0);
  if (!(whole > 0) || !Number.isFinite(whole)) {
    return [];
  }
  nodes.push({ row: null, id: WHOLE_ID, parent: '', value: whole });
  for (const row of model.rows) {
    if (nodes.length >= MOST_NODES) {
      break;
    }
    const above = model.rows[row.parent];
    if (!above) {
      const value = ownSize(row);
      scale.set(row.index, value);
    } else {
      const room = scale.get(above.index) ?? 0;
      const below = above.children.reduce(
        (sum, { size }) => sum + Math.max(0, size ?? 0),
        0
      );
      const full = Math.max(above.size ?? 0, below);
      scale.set(
        row.index,
        full > 0 ? room * (Math.max(0, row.size ?? 0) / full) : 0
      );
    }
    const value = scale.get(row.index) ?? 0;
    if (value > 0) {
      nodes.push({
        row,
        id: String(row.index),
        parent: above ? String(above.index) : WHOLE_ID,
        value
      });
    }
  }
  return nodes;
}
