import * as React from 'react';
import type { View } from './flamekeys';
import { panned, zoomed } from './flamekeys';
import type { IFlamePicture } from './flamepaint';

/**
 * With Ctrl or ⌘ the wheel zooms about the pointer, to the side or with Shift it moves
 * the picture; plainly turned it is left to the page.
 */
export function useWheel(
  scroller: React.RefObject<HTMLElement>,
  latest: React.RefObject<() => IFlamePicture>,
  onView: (view: View | null) => void
): void {
  const tell = React.useRef(onView);
  tell.current = onView;
  React.useEffect(() => {
    const element = scroller.current;
    if (!element) {
      return;
    }
    const wheel = (event: WheelEvent): void => {
      const now = latest.current?.();
      if (!now || now.width === 0) {
        return;
      }
      const { ctrlKey, deltaX, deltaY, metaKey, shiftKey } = event;
      const { view, width } = now;
      if (ctrlKey || metaKey) {
        const x = event.clientX - element.getBoundingClientRect().left;
        const factor = Math.exp(Math.max(-60, Math.min(60, deltaY)) / 120);
        tell.current(zoomed(view, x / width, factor, now.boxes.span));
      } else if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) {
        const by = deltaX === 0 ? deltaY : deltaX;
        tell.current(panned(view, by / width, now.boxes.span));
      } else {
        return;
      }
      event.preventDefault();
    };
    // React listens passively, and the page would zoom.
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, []);
}
