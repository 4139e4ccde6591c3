import { inspect } from 'node:util';

type Color = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray' | 'dim' | 'bold';

/** Paints texts for a terminal, or leaves them as they are. */
export type Palette = Record<Color, (text: string) => string>;

const names: Color[] = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'gray', 'dim', 'bold'];

function painted(color: Color): (text: string) => string {
  const [on, off] = inspect.colors[color]!;
  return (text) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`);
}

function paletteOf(paint: (color: Color) => (text: string) => string): Palette {
  return Object.fromEntries(names.map((name) => [name, paint(name)])) as Palette;
}

/** Paints with SGR sequences; several lines must be painted one by one. */
export const colors: Palette = paletteOf(painted);

/** Paints nothing. */
export const plain: Palette = paletteOf(() => (text) => text);
