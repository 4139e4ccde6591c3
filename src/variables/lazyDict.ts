/**
 * A mapping whose values are found when they are asked for (`hostvars`, `vars`). A Map to everyone else, so
 * that templates use it as any other dict.
 */
export class LazyDict extends Map<unknown, unknown> {
  readonly #names: () => Iterable<string>;
  readonly #has: (name: string) => boolean;
  readonly #get: (name: string) => unknown;

  constructor(names: () => Iterable<string>, has: (name: string) => boolean, get: (name: string) => unknown) {
    super();
    this.#names = names;
    this.#has = has;
    this.#get = get;
  }

  override has(key: unknown): boolean {
    return typeof key === 'string' && this.#has(key);
  }

  override get(key: unknown): unknown {
    return this.has(key) ? this.#get(key as string) : undefined;
  }

  override get size(): number {
    return [...this.#names()].length;
  }

  override *keys(): MapIterator<unknown> {
    yield* this.#names();
  }

  override *values(): MapIterator<unknown> {
    for (const name of this.#names()) yield this.get(name);
  }

  override *entries(): MapIterator<[unknown, unknown]> {
    for (const name of this.#names()) yield [name, this.get(name)];
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries();
  }

  override forEach(callback: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
