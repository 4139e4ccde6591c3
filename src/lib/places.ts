import type { Place } from './sourceError.ts';

/** A text that values were read from: turns an offset in it into line and column. */
export interface PlaceSource {
  file: string;
  linePos(offset: number): { line: number; col: number };
}

interface Places {
  source: PlaceSource;
  /** Offset of the container itself. */
  start: number;
  /** For each key or index: offset of the key (of the item, in a list) and of the value. */
  entries: Map<unknown, readonly [PlaceSource, number, number]>;
}

// Beside the values and not in them, so that maps and lists stay plain; forgotten together with them.
const known = new WeakMap<object, Places>();

/** Remembers where a map or list and its entries stand. */
export function recordPlaces(
  container: object,
  source: PlaceSource,
  start: number,
  entries: Places['entries'],
): void {
  known.set(container, { source, start, entries });
}

/** Where a map or list that came from a file begins; undefined for one that did not. */
export function placeOf(container: unknown): Place | undefined {
  const places = placesOf(container);
  return places && toPlace(places.source, places.start);
}

/** Where a key of a map stands (an item, for a list's index); the container's place when it has no such key. */
export function placeOfKey(container: unknown, key: unknown): Place | undefined {
  const entry = placesOf(container)?.entries.get(key);
  return entry ? toPlace(entry[0], entry[1]) : placeOf(container);
}

/** Where the value of a map's key or of a list's index begins; the container's place when it has no such key. */
export function placeOfValue(container: unknown, key: unknown): Place | undefined {
  const entry = placesOf(container)?.entries.get(key);
  return entry ? toPlace(entry[0], entry[2]) : placeOf(container);
}

/** The recorded entries of a container, to be carried on into a map that merges it. */
export function entryPlaces(container: unknown): Places['entries'] {
  return placesOf(container)?.entries ?? new Map();
}

function placesOf(container: unknown): Places | undefined {
  return typeof container === 'object' && container !== null ? known.get(container) : undefined;
}

function toPlace(source: PlaceSource, offset: number): Place {
  const { line, col } = source.linePos(offset);
  return { file: source.file, line, column: col };
}
