import { toRepr } from './text.ts';
import { MISSING, PyObject } from './values.ts';

/** What `namespace()` makes: the one value whose attributes a template can set. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  private readonly attributes: Map<string, unknown>;

  constructor(attributes: Map<string, unknown>) {
    super();
    this.attributes = attributes;
  }

  override getAttribute(name: string): unknown {
    return this.attributes.has(name) ? this.attributes.get(name) : MISSING;
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, value);
  }

  override toRepr(): string {
    return `<Namespace ${toRepr(this.attributes)}>`;
  }
}
