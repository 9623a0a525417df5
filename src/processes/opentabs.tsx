import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { MIME_TYPE } from '../tokens';
import type { RecordModel } from './recording';
import type { ILookTabOptions, Views } from './tab';
import { LookTab } from './tab';
import type { WatchModel } from './watch';
import type { WhereModel } from './where';

/** A tab that says where a process is. */
export function whereTab(
  model: WhereModel,
  views: Views,
  options: ILookTabOptions
): LookTab<WhereModel> {
  const { onCopy, trans } = options;
  return new LookTab('where', model, views, options, ({ Where }, places) => (
    <Where
      target={model.target}
      dump={model.dump}
      problem={model.problem}
      isAsking={model.isAsking}
      options={model.options}
      places={places}
      onAsk={asked => void model.ask(asked)}
      onCopy={onCopy}
      trans={trans}
    />
  ));
}

/** A tab that shows a process live. */
export function watchTab(
  model: WatchModel,
  views: Views,
  options: ILookTabOptions
): LookTab<WatchModel> {
  const { onCopy, trans } = options;
  return new LookTab('watch', model, views, options, ({ Watch }, places) => (
    <Watch
      target={model.target}
      look={model.look}
      problem={model.problem}
      isOver={model.isOver}
      options={model.options}
      places={places}
      onPause={paused => model.pause(paused)}
      onReset={() => model.reset()}
      onOptions={asked => model.setOptions(asked)}
      onStart={() => model.start()}
      onCopy={onCopy}
      trans={trans}
    />
  ));
}

/** A tab that records a process, and shows the profile below. */
export function recordTab(
  model: RecordModel,
  views: Views,
  rendermime: IRenderMimeRegistry,
  options: ILookTabOptions
): LookTab<RecordModel> {
  const { onCopy, trans } = options;
  const tab = new LookTab('record', model, views, options, ({ Record }) => (
    <Record
      target={model.target}
      answers={model.answers}
      look={model.look}
      problem={model.problem}
      isRunning={model.isRunning}
      isStopping={model.isStopping}
      elapsed={() => model.elapsed}
      onAnswers={answers => {
        model.answers = answers;
      }}
      onStart={() => model.start()}
      onStop={() => model.stop()}
      onCancel={() => model.cancel()}
      onCopy={onCopy}
      trans={trans}
    />
  ));
  let shown: Widget | null = null;
  const show = (document: ProfileDocument): void => {
    const profile = rendermime.createRenderer(MIME_TYPE);
    shown?.dispose();
    shown = profile;
    tab.content.addWidget(profile);
    void profile.renderModel(
      new MimeModel({
        data: { [MIME_TYPE]: document as unknown as PartialJSONObject }
      })
    );
  };
  model.changed.connect(() => {
    // What is there is of the recording before.
    if (model.isRunning) {
      shown?.dispose();
      shown = null;
    }
  });
  model.recorded.connect((_, document) => show(document));
  return tab;
}
