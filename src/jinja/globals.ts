import { define, defineWithContext, PyFunction } from './callable.ts';
import { isTruthy } from './compare.ts';
import type { Callable, CallContext, Kwargs } from './environment.ts';
import { typeError, valueError } from './errors.ts';
import { lipsum } from './lipsum.ts';
import { entriesOf } from './methods-container.ts';
import { Namespace } from './namespace.ts';
import { requireInteger } from './numbers.ts';
import { toText } from './text.ts';
import { Undefined } from './undefined.ts';
import { dictFrom, MISSING, PyObject, Range } from './values.ts';

function makeRange({ budget }: CallContext, first: unknown, second: unknown, third: unknown): Range {
  const [start, stop] = second === undefined ? [0, bound(first)] : [bound(first), bound(second)];
  const step = bound(third);
  if (step === 0) throw valueError('range() arg 3 must not be zero');
  const range = new Range(start, stop, step);
  budget.checkItems(range.length);
  return range;
}

function bound(value: unknown): number {
  if (!(value instanceof Undefined)) return requireInteger(value);
  throw typeError(`'Undefined' object cannot be interpreted as an integer: ${value.message}`);
}

function makeDict(source: unknown, others: unknown): Map<unknown, unknown> {
  return dictFrom([...entriesOf(source), ...Object.entries(others as Kwargs)]);
}

/** Goes round a list of values, one step with each `next()`. */
class Cycler extends PyObject {
  readonly typeName = 'Cycler';
  private readonly items: readonly unknown[];
  private position = 0;

  constructor(items: readonly unknown[]) {
    super();
    if (items.length === 0) throw valueError('at least one item has to be provided');
    this.items = items;
  }

  override getAttribute(name: string): unknown {
    if (name === 'current') return this.items[this.position];
    if (name === 'next') return new PyFunction('next', () => this.next());
    if (name === 'reset') return new PyFunction('reset', () => this.reset());
    return MISSING;
  }

  private next(): unknown {
    const current = this.items[this.position];
    this.position = (this.position + 1) % this.items.length;
    return current;
  }

  private reset(): null {
    this.position = 0;
    return null;
  }
}

/** Gives nothing the first time it is called and its separator after that. */
class Joiner extends PyObject {
  readonly typeName = 'Joiner';
  private used = false;
  override readonly invoke: Callable;

  constructor(separator: string) {
    super();
    this.invoke = () => {
      const text = this.used ? separator : '';
      this.used = true;
      return text;
    };
  }
}

/** Jinja2's own globals. */
export const globals: readonly [string, Callable][] = [
  ['cycler', define(['*items'], (items) => new Cycler(items as unknown[]))],
  ['dict', define([['mapping', []], '**kwargs'], makeDict)],
  ['joiner', define([['sep', ', ']], (separator) => new Joiner(toText(separator)))],
  [
    'lipsum',
    defineWithContext(
      [
        ['n', 5],
        ['html', true],
        ['min', 20],
        ['max', 100],
      ],
      ({ budget }, n, html, min, max) => {
        const [count, shortest, longest] = [requireInteger(n), requireInteger(min), requireInteger(max)];
        budget.checkItems(count * longest);
        return lipsum(count, shortest, longest, isTruthy(html));
      },
    ),
  ],
  [
    'namespace',
    define(
      [['mapping', []], '**kwargs'],
      (source, others) => new Namespace(makeDict(source, others) as Map<string, unknown>),
    ),
  ],
  ['range', defineWithContext(['start', ['stop', undefined], ['step', 1]], makeRange)],
];
