import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Draw again when a signal tells of a change; once in a frame, however often it tells. */
export function useChanges(changed: ISignal<unknown, unknown>): void {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    let frame: number | null = null;
    const onChanged = (): void => {
      frame =
        frame ??
        requestAnimationFrame(() => {
          frame = null;
          redraw();
        });
    };
    changed.connect(onChanged);
    // Something may have changed before this was connected.
    onChanged();
    return () => {
      changed.disconnect(onChanged);
      if (frame !== null) {
        cancelAnimationFrame(frame);
      }
    };
  }, [changed]);
}
