import { inspect } from 'node:util';

const MASK = '********';

/**
 * A text that no sink may show: vault values, asked passwords, results of `no_log` tasks. Every way to print
 * it gives a mask; only `reveal` gives the text, for the wire alone.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
