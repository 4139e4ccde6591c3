import { type Location, UndefinedError } from './errors.ts';

/**
 * A value that is not there. Strict: printing, comparing, calculating with it and asking for its truth
 * throw an UndefinedError. Chaining: attributes and items of it are the same undefined value again, so
 * that `a.b.c | default(1)` works when `a` is undefined.
 */
export class Undefined {
  /** The variable, attribute or key that is missing; null for a value such as that of `'x' if false`. */
  readonly name: string | null;
  /** The message where it is more than "'name' is undefined". */
  readonly hint: string | undefined;
  /** Where the missing name is written. */
  readonly at: Location | undefined;
  /** The error inside a lazily templated variable that made it undefined. */
  readonly cause: unknown;

  constructor(name: string | null, hint?: string, at?: Location, cause?: unknown) {
    this.name = name;
    this.hint = hint;
    this.at = at;
    this.cause = cause;
  }

  get message(): string {
    if (this.hint !== undefined) return this.hint;
    return this.name === null ? 'the value is undefined' : `'${this.name}' is undefined`;
  }

  /** The error for using this value; to be thrown by whoever needs a value. */
  toError(): UndefinedError {
    const options = this.cause === undefined ? undefined : { cause: this.cause };
    return new UndefinedError(this.message, this.name ?? '', this.at, options);
  }
}

/**
 * What `'x' if false` is. Jinja2 has it lenient: no text, false, and nothing to go through. It is undefined
 * in every other respect, and as the one value of a native rendering an error.
 */
export class EmptyUndefined extends Undefined {}

/** Throws when `value` is undefined, gives it back otherwise. */
export function requireDefined(value: unknown): unknown {
  if (value instanceof Undefined) throw value.toError();
  if (value === undefined) throw new UndefinedError('the value is undefined');
  return value;
}
