/** Colours of a template, made readable. Lightness changes, the hue stays. */

interface Hsl {
  h: number;
  s: number;
  l: number;
}

/** WCAG 2.2 AA for text of ordinary size. */
const READABLE = 4.5;
const STEP = 0.005;

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function hexOf(rgb: number[]): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function toHsl(hex: string): Hsl {
  const [r, g, b] = channels(hex).map((channel) => channel / 255) as [number, number, number];
  const max = Math.max(r, g, b);
  const range = max - Math.min(r, g, b);
  const l = max - range / 2;
  if (!range) return { h: 0, s: 0, l };
  const s = range / (1 - Math.abs(2 * l - 1));
  const h = max === r ? ((g - b) / range + 6) % 6 : max === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return { h: h * 60, s, l };
}

function fromHsl({ h, s, l }: Hsl): string {
  const channel = (n: number) => {
    const k = (n + h / 30) % 12;
    return (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))) * 255;
  };
  return hexOf([channel(0), channel(8), channel(4)]);
}

function mix(hex: string, part: number): string {
  return hexOf(channels(hex).map((channel) => 255 - (255 - channel) * part));
}

/** The colour itself where text in it can be read on all of these light backgrounds, or else the next darker one that can. */
function darkEnough(hex: string, backgrounds: string[]): string {
  const colour = toHsl(hex);
  let found = hex;
  while (colour.l > 0 && backgrounds.some((background) => contrast(found, background) < READABLE)) {
    colour.l = Math.max(0, colour.l - STEP);
    found = fromHsl(colour);
  }
  return found;
}

export interface Accent {
  /** Of buttons, and of words and lines on the page. */
  accent: string;
  /** Under the pointer, and of words on `soft`. */
  strong: string;
  /** A tint behind things. */
  soft: string;
  /** Of words on `accent` and `strong`. */
  on: string;
}

/** Null for anything but `#rrggbb`. */
export function accentOf(primary: string, surfaces: string[]): Accent | null {
  if (!/^#[0-9a-f]{6}$/i.test(primary)) return null;
  const soft = mix(primary, 0.1);
  const accent = darkEnough(primary.toLowerCase(), [...surfaces, soft]);
  const { h, s, l } = toHsl(accent);
  return { accent, strong: fromHsl({ h, s, l: l * 0.75 }), soft, on: "#ffffff" };
}
