import type { IFrame } from '../lib/stacks';
import { mix, readable, themeColours } from './plottheme';

/** How a box is filled and written on. */
export interface IFill {
  readonly fill: string;
  readonly text: string;
}

/** The colours of a flame graph in the theme as it is now. */
export interface IFlameColours {
  readonly background: string;
  readonly text: string;
  readonly line: string;
  readonly brand: string;
  readonly fill: (frame: IFrame) => IFill;
  /** Of boxes that the search does not find. */
  readonly faded: IFill;
  /** Font families of code, for `font` of a canvas. */
  readonly font: string;
}

/** Variables of the theme. The first ones are of the person's own code, by file. */
const VARIABLES = {
  text: '--jp-ui-font-color1',
  inverse: '--jp-ui-inverse-font-color1',
  background: '--jp-layout-color1',
  line: '--jp-border-color1',
  soft: '--jp-ui-font-color3',
  brand: '--jp-brand-color1',
  own: '--jp-warn-color1',
  library0: '--jp-brand-color1',
  library1: '--jp-success-color1',
  library2: '--jp-mirror-editor-operator-color',
  library3: '--jp-info-color1',
  library4: '--jp-mirror-editor-string-color',
  library5: '--jp-mirror-editor-keyword-color'
} as const;

const LIBRARIES = [
  'library0',
  'library1',
  'library2',
  'library3',
  'library4',
  'library5'
] as const;

/** Share of the colour in the fill; the rest is the background, so that text can be read. */
const TINT = 0.36;
const OWN_TINT = 0.6;

/**
 * The colours where an element stands.
 *
 * @param libraries - groups that should be told apart, the most important ones first
 */
export function flameColours(
  element: HTMLElement,
  libraries: readonly string[]
): IFlameColours {
  const theme = themeColours(element, VARIABLES);
  const { background, inverse, text } = theme;
  const known = new Map<string, IFill>();
  // A picture asks for some ten thousand: to make the key takes longer than to look.
  const ofFrame = new Map<IFrame, IFill>();
  const on = (fill: string): IFill => ({
    fill,
    text: readable(fill, text, inverse)
  });
  const tint = (colour: string, share: number): IFill =>
    on(mix(colour, background, share));
  const slots = slotsOf(libraries);
  const fill = ({ group, origin }: IFrame): IFill => {
    switch (origin) {
      case 'own':
        return tint(theme.own, group.startsWith('In [') ? OWN_TINT : TINT);
      case 'library':
        return tint(theme[LIBRARIES[slots.get(group) ?? 0]], TINT);
      case 'native':
        return tint(theme.soft, TINT);
      case 'other':
        return on(background);
    }
  };
  return {
    background,
    text,
    line: theme.line,
    brand: theme.brand,
    fill: frame => {
      let found = ofFrame.get(frame);
      if (found === undefined) {
        const key = `${frame.origin} ${frame.group}`;
        found = known.get(key) ?? fill(frame);
        known.set(key, found);
        ofFrame.set(frame, found);
      }
      return found;
    },
    faded: tint(theme.soft, 0.1),
    font:
      getComputedStyle(element).getPropertyValue('--jp-code-font-family') ||
      'monospace'
  };
}

/**
 * A colour for each group: by its name, so that a library has the same one in most
 * profiles, and the next one that is free where that is taken.
 */
function slotsOf(groups: readonly string[]): Map<string, number> {
  const count = LIBRARIES.length;
  const slots = new Map<string, number>();
  groups.forEach((group, index) => {
    let slot = hash(group) % count;
    const taken = new Set(index < count ? slots.values() : []);
    while (taken.has(slot)) {
      slot = (slot + 1) % count;
    }
    slots.set(group, slot);
  });
  return slots;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < Math.min(text.length, 100); i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
