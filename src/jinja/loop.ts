import { define, PyFunction } from './callable.ts';
import { equals } from './compare.ts';
import type { Callable } from './environment.ts';
import { typeError } from './errors.ts';
import { Undefined } from './undefined.ts';
import { MISSING, PyObject } from './values.ts';

/** The variable `loop` inside of a for loop. */
export class Loop extends PyObject {
  readonly typeName = 'LoopContext';
  readonly items: readonly unknown[];
  readonly depth: number;
  /** Runs the loop again over other items, in a recursive loop. */
  override readonly invoke: Callable;
  index0 = 0;
  private lastSeen: readonly unknown[] | undefined;

  constructor(items: readonly unknown[], depth: number, recurse: ((items: unknown) => unknown) | undefined) {
    super();
    this.items = items;
    this.depth = depth;
    this.invoke = define(['iterable'], (iterable) => {
      if (!recurse) throw typeError("the loop must have the 'recursive' marker to be called recursively");
      return recurse(iterable);
    });
  }

  override getAttribute(name: string): unknown {
    const { index0, items } = this;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'revindex':
        return items.length - index0;
      case 'revindex0':
        return items.length - index0 - 1;
      case 'first':
        return index0 === 0;
      case 'last':
        return index0 === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return this.depth;
      case 'depth0':
        return this.depth - 1;
      case 'previtem':
        return index0 === 0 ? new Undefined('previtem', 'there is no previous item') : items[index0 - 1];
      case 'nextitem':
        return index0 + 1 === items.length
          ? new Undefined('nextitem', 'there is no next item')
          : items[index0 + 1];
      case 'cycle':
        return new PyFunction(
          'cycle',
          define(['*values'], (values) => this.cycle(values as unknown[])),
        );
      case 'changed':
        return new PyFunction(
          'changed',
          define(['*values'], (values) => this.changed(values as unknown[])),
        );
      default:
        return MISSING;
    }
  }

  private cycle(values: readonly unknown[]): unknown {
    if (values.length === 0) throw typeError('no items for cycling given');
    return values[this.index0 % values.length];
  }

  private changed(values: readonly unknown[]): boolean {
    const seen = this.lastSeen;
    this.lastSeen = values;
    return seen?.length !== values.length || !values.every((value, index) => equals(value, seen[index]));
  }

  override toRepr(): string {
    return `<LoopContext ${this.index0 + 1}/${this.items.length}>`;
  }
}
