import * as React from 'react';

/** A canvas of that size in pixels of CSS, sharp on every screen; null where there is none. */
export function prepared(
  canvas: HTMLCanvasElement,
  width: number,
  height: number
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Calls once in a frame, however often it is asked. */
export function useFrame(call: React.RefObject<() => void>): () => void {
  const request = React.useRef(0);
  React.useEffect(() => () => cancelAnimationFrame(request.current), []);
  return React.useCallback(() => {
    cancelAnimationFrame(request.current);
    request.current = requestAnimationFrame(() => call.current?.());
  }, []);
}

/** Pixels of the width of an element, as it is now. */
export function useWidth(element: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = React.useState(0);
  React.useLayoutEffect(() => {
    const { current } = element;
    if (!current) {
      return;
    }
    const measure = (): void => setWidth(current.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, []);
  return width;
}
