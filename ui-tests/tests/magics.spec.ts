import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

const FUNCTION = `def f(n=300):
    total = 0
    for i in range(n):
        total += sum(range(20000))
    return total`;

/** Each way in, and the function whose lines it must show. */
const magics: [string, string][] = [
  ['%%profile lines', '%%profile lines\ntotal = sum(range(5000000))\ntotal'],
  ['%profile lines statement', '%profile lines f()'],
  ['%lprun', '%lprun -f f f()'],
  ['%%lprun_all', '%%lprun_all\ntotal = sum(range(5000000))\ntotal']
];

test('each magic shows the same widget as the button', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    '%load_ext jupyterlab_cell_profiler',
    FUNCTION,
    ...magics.map(([, source]) => source)
  ]);
  await view.run(0);
  await view.run(1);
  for (const [index, [name, source]] of magics.entries()) {
    await test.step(name, async () => {
      const position = index + 2;
      await view.run(position);
      await expect(view.widget(position)).toBeVisible();
      await expect(view.widget(position)).toHaveAttribute(
        'data-profilers',
        'lines'
      );
      if (source.includes('\n')) {
        // Its lines stand in this cell, below the magic.
        await view.expectHottest(position, 2);
      } else {
        // Its lines stand in the cell that defines f.
        await view.expectHottest(1, 4);
      }
    });
  }
  await expect(view.ownOutputs(2)).toContainText(
    String((5000000 * 4999999) / 2)
  );
});

test('%lprun keeps the text report of the original', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    `%load_ext jupyterlab_cell_profiler\n${FUNCTION}`,
    '%lprun -f f f()'
  ]);
  await view.run(0);
  await view.run(1);
  await view.profiled(1);
  const saved = await view.saved();
  const text = saved.cells[1].outputs
    .map(({ data }) => String(data?.['text/plain'] ?? ''))
    .join('\n');
  expect(text).toContain('Line #      Hits');
  expect(text).toContain('total += sum(range(20000))');
});
