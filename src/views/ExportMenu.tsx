import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { exportsOf } from './exports';
import { FileMenu } from './FileMenu';

/** What can be saved of a profile. */
export function ExportMenu({
  document,
  trans
}: {
  readonly document: ProfileDocument;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return <FileMenu entries={() => exportsOf(document, trans)} trans={trans} />;
}
