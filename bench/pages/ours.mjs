/** Cell Profiler's widget without JupyterLab around it, for flame.mjs and icicle.mjs. */
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { speedscopeFile } from '../../src/lib/speedscope.ts';
import { readDocument } from '../../src/lib/validate.ts';
import { Profile } from '../../src/views/index.ts';
import { DEFAULT_OPTIONS } from '../../src/views/options.ts';
import { INITIAL_STATE } from '../../src/views/state.ts';

const trans = nullTranslator.load('jupyterlab_cell_profiler');

/** Show a document as the renderer does it, at a tab. */
function open(value, element, state) {
  const read = readDocument(value);
  if ('problem' in read) {
    throw new Error(JSON.stringify(read.problem));
  }
  createRoot(element).render(
    React.createElement(Profile, {
      read,
      options: DEFAULT_OPTIONS,
      state: { ...INITIAL_STATE, ...state },
      onState: () => undefined,
      open: null,
      canOpen: () => false,
      onDrawn: () => undefined,
      trans
    })
  );
}

window.ours = { open, speedscopeFile };
