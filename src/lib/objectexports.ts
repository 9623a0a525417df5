import type { ProfileDocument } from '../document';
import { cell } from './csv';
import { objectModel, pathTo } from './objects';

/** Whether there is anything to export. */
export function hasObjects(document: ProfileDocument): boolean {
  return objectModel(document).rows.length > 0;
}

/** One row for each object: the way to it, its type, bytes, objects, note. */
export function objectsCsv(document: ProfileDocument): string {
  const model = objectModel(document);
  const head = [
    'variable',
    'path',
    'type',
    'size_bytes',
    'flat_bytes',
    'objects',
    'shared_bytes',
    'added_bytes',
    'at_least',
    'note'
  ];
  const number = (value: number | null): string => String(value ?? '');
  const rows = model.rows.map(row => {
    const path = pathTo(model, row.index).map(({ name }) => name);
    return [
      cell(path[0]),
      cell(path.slice(1).join('')),
      cell(row.type),
      number(row.size),
      number(row.flat),
      number(row.count),
      number(row.shared),
      number(row.added),
      row.partial ? 'yes' : '',
      cell(row.note ?? '')
    ];
  });
  return [head, ...rows].map(row => `${row.join(',')}\r\n`).join('');
}
