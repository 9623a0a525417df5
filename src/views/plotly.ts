import type * as plotly from 'plotly.js';

/** What is drawn with: the core, which has `scatter`, and the kinds of trees. */
export type Plotly = typeof plotly;

let loading: Promise<Plotly> | null = null;

/**
 * Plotly, in part, as a chunk of its own: it comes with the first picture that a
 * person asks for. After a failure, as of the network, the next call tries again.
 */
export function loadPlotly(): Promise<Plotly> {
  loading ??= load().catch(reason => {
    loading = null;
    throw reason;
  });
  return loading;
}

async function load(): Promise<Plotly> {
  const [core, icicle, sunburst, treemap] = await Promise.all([
    import('plotly.js/lib/core'),
    import('plotly.js/lib/icicle'),
    import('plotly.js/lib/sunburst'),
    import('plotly.js/lib/treemap')
  ]);
  const plotly = moduleOf<Plotly>(core);
  for (const kind of [icicle, sunburst, treemap]) {
    plotly.register(moduleOf<Parameters<Plotly['register']>[0]>(kind));
  }
  return plotly;
}

/** A CommonJS module, which bundlers and tests wrap in different ways. */
function moduleOf<T>(imported: unknown): T {
  return ((imported as { readonly default?: unknown }).default ??
    imported) as T;
}

/**
 * A stranger's text for a label of plotly, which takes some tags of HTML, entities
 * and links for its own.
 */
export function plotText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\p{Cc}/gu, ' ');
}
