/** Colours and fonts of JupyterLab's theme in words that plotly knows. */
export interface IPlotTheme {
  readonly text: string;
  readonly soft: string;
  readonly background: string;
  readonly line: string;
  readonly brand: string;
  readonly warn: string;
  /** What the picture has of a second and a third kind of things. */
  readonly second: string;
  readonly third: string;
  readonly font: string;
  readonly size: number;
}

/** Variables of the theme, by the name of the colour. */
const COLOURS = {
  text: '--jp-ui-font-color1',
  soft: '--jp-ui-font-color2',
  background: '--jp-layout-color1',
  line: '--jp-border-color2',
  brand: '--jp-brand-color1',
  warn: '--jp-warn-color1',
  second: '--jp-mirror-editor-operator-color',
  third: '--jp-layout-color3'
} as const;

/** Parts of red, green and blue, 0…255. */
type Rgb = readonly [number, number, number];

/** What stands for a colour that cannot be read: legible on black and on white. */
const GREY: Rgb = [128, 128, 128];

/** The theme as it is where an element stands. */
export function plotTheme(element: HTMLElement): IPlotTheme {
  return {
    ...themeColours(element, COLOURS),
    font: getComputedStyle(element).fontFamily || 'sans-serif',
    size: 12
  };
}

/**
 * Colours of the theme where an element stands, as `rgb(…)`.
 *
 * @param variables - of the theme, by any name
 */
export function themeColours<Name extends string>(
  element: HTMLElement,
  variables: { readonly [name in Name]: string }
): { [name in Name]: string } {
  const probe = document.createElement('span');
  element.appendChild(probe);
  try {
    const style = getComputedStyle(probe);
    const found = {} as { [name in Name]: string };
    for (const name in variables) {
      probe.style.color = `var(${variables[name]})`;
      found[name] = css(parse(style.color));
    }
    return found;
  } finally {
    probe.remove();
  }
}

/** Call back when the theme of the page changes; returns what ends that. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light']
  });
  return () => observer.disconnect();
}

/**
 * A colour between two others.
 *
 * @param share - of the first one, 0…1
 */
export function mix(first: string, second: string, share: number): string {
  const a = parse(first);
  const b = parse(second);
  const part = (i: 0 | 1 | 2): number => a[i] * share + b[i] * (1 - share);
  return css([part(0), part(1), part(2)]);
}

/** That of two colours which can be read better on a background. */
export function readable(on: string, one: string, other: string): string {
  return contrast(on, one) >= contrast(on, other) ? one : other;
}

/** Contrast of two colours as the WCAG count it, 1…21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(parse(one)), luminance(parse(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map(part => {
    const share = part / 255;
    return share <= 0.04045
      ? share / 12.92
      : Math.pow((share + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** A colour as browsers compute it: `rgb(…)`, or `color(srgb …)` for a mixed one. */
function parse(colour: string): Rgb {
  const numbers = (colour.match(/[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  if (numbers.length < 3 || !/^(rgb|color\(srgb )/.test(colour)) {
    return GREY;
  }
  const scale = colour.startsWith('rgb') ? 1 : 255;
  return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale];
}

function css(rgb: Rgb): string {
  return `rgb(${rgb.map(part => Math.round(part)).join(', ')})`;
}
