import { getAttribute, getItem, undefinedFrom } from './attributes.ts';
import { NO_KWARGS, PyFunction } from './callable.ts';
import { isTruthy, typeName } from './compare.ts';
import {
  type Callable,
  type CallContext,
  type Environment,
  findRegistered,
  type Kwargs,
  type Scope,
} from './environment.ts';
import { type Location, type Source, TemplateRuntimeError, typeError } from './errors.ts';
import type { Budget } from './limits.ts';
import { toText } from './text.ts';
import { Undefined } from './undefined.ts';
import { MISSING, PyObject } from './values.ts';

/** Variables that a part of a template sets itself; the parts around it are its parents. */
export class Frame {
  readonly parent: Frame | undefined;
  // Most frames hold nothing, so that the map is made when it is needed.
  private names: Map<string, unknown> | undefined;

  constructor(parent: Frame | undefined) {
    this.parent = parent;
  }

  set(name: string, value: unknown): void {
    this.names ??= new Map();
    this.names.set(name, value);
  }

  /** The value of a name in this frame alone, or MISSING. */
  own(name: string): unknown {
    return this.names?.has(name) ? this.names.get(name) : MISSING;
  }
}

/** What a statement leaves for the loop around it. */
export type Signal = 'break' | 'continue' | undefined;
export type Evaluate = (runtime: Runtime) => unknown;
export type Execute = (runtime: Runtime) => Signal;

/** A compiled template before it is given variables. */
export interface Program {
  readonly source: Source;
  readonly root: Execute;
  readonly blocks: ReadonlyMap<string, Block>;
}

export interface Block {
  readonly name: string;
  readonly scoped: boolean;
  readonly required: boolean;
  readonly at: Location;
  readonly body: Execute;
}

/** What all parts of one rendering share. */
export interface Rendering {
  readonly environment: Environment;
  readonly budget: Budget;
  /** Whether values stay values (`renderNative`). */
  readonly native: boolean;
  /** Finds and compiles a template that `from` names; undefined where there is none. */
  readonly load: (name: string, from: string) => Program | undefined;
  /** The operation under way, for the place of an error. */
  at: Location | undefined;
}

/** A template while it is rendered: its variables and its output so far. */
export class Runtime implements CallContext {
  readonly rendering: Rendering;
  readonly environment: Environment;
  readonly budget: Budget;
  readonly outer: Scope;
  /** What the template sets at its top level. */
  readonly top = new Frame(undefined);
  frame: Frame = this.top;
  /** Names that set and macro gave values at the top level, which import hands out. */
  exported: Set<string> | undefined;
  /** The chains of blocks of each name, the most derived first. */
  blocks: Map<string, Block[]> | undefined;
  /** The template that this one extends, once that is known. */
  parent: Program | undefined;
  /** Whether output is dropped: that of a child template outside of its blocks. */
  muted = false;
  /** The output, in a rendering to text. */
  text = '';
  /** The output, in a native rendering. */
  parts: unknown[] = [];

  constructor(rendering: Rendering, outer: Scope) {
    this.rendering = rendering;
    this.environment = rendering.environment;
    this.budget = rendering.budget;
    this.outer = outer;
  }

  get scope(): Scope {
    const { frame } = this;
    return {
      get: (name) => {
        const local = findLocal(frame, name);
        return local === MISSING ? this.outer.get(name) : local;
      },
      names: () => this.outer.names?.() ?? [],
    };
  }

  /** The value of a variable that the template does not set itself. */
  resolveOuter(name: string, at: Location): unknown {
    let value: unknown;
    try {
      value = this.outer.get(name);
    } catch (error) {
      return undefinedFrom(error, name, at);
    }
    if (value !== MISSING && value !== undefined) return value;
    const global = findRegistered(this.environment, this.environment.globals, name);
    if (global === undefined) return new Undefined(name, undefined, at);
    return typeof global === 'function' ? new PyFunction(name, global as Callable) : global;
  }

  /** The value of a variable. */
  resolve(name: string, at: Location): unknown {
    const local = findLocal(this.frame, name);
    return local === MISSING ? this.resolveOuter(name, at) : local;
  }

  /** Gives a variable a value in the innermost part. */
  assign(name: string, value: unknown): void {
    this.frame.set(name, value);
    if (this.frame !== this.top || name.startsWith('_')) return;
    this.exported ??= new Set();
    this.exported.add(name);
  }

  /** Adds a value to the output. */
  emit(value: unknown): void {
    if (this.muted) return;
    if (this.rendering.native) {
      this.budget.spend(1);
      this.parts.push(value);
    } else {
      this.emitText(this.printed(value));
    }
  }

  /** Adds text to the output. */
  emitText(text: string): void {
    if (this.muted) return;
    if (this.rendering.native) {
      this.parts.push(text);
    } else {
      this.text += text;
      this.budget.checkLength(this.text.length);
    }
  }

  private printed(value: unknown): string {
    if (typeof value === 'string') return value;
    const { finalize } = this.environment;
    return toText(finalize ? finalize(value) : value);
  }

  /** The output of a body, kept apart from the rest. */
  capture(body: () => void): unknown {
    const { text, parts, muted } = this;
    this.text = '';
    this.parts = [];
    this.muted = false;
    body();
    const result = this.result();
    this.text = text;
    this.parts = parts;
    this.muted = muted;
    return result;
  }

  /** The output so far: text, or in a native rendering the one value, or the text of several. */
  result(): unknown {
    if (!this.rendering.native) return this.text;
    if (this.parts.length < 2) return this.parts.length === 0 ? null : this.parts[0];
    let text = '';
    for (const part of this.parts) {
      text += this.printed(part);
      this.budget.checkLength(text.length);
    }
    return text;
  }

  /** Runs a body in a frame of its own. */
  within(parent: Frame, body: (frame: Frame) => Signal): Signal {
    const { frame } = this;
    this.frame = new Frame(parent);
    const signal = body(this.frame);
    this.frame = frame;
    return signal;
  }

  filter(name: string, args: readonly unknown[], kwargs: Kwargs = NO_KWARGS): unknown {
    const filter = findRegistered(this.environment, this.environment.filters, name);
    if (!filter) throw new TemplateRuntimeError(`No filter named '${name}'.`, 'TemplateRuntimeError');
    return filter(args, kwargs, this);
  }

  test(name: string, args: readonly unknown[], kwargs: Kwargs = NO_KWARGS): boolean {
    const test = findRegistered(this.environment, this.environment.tests, name);
    if (!test) throw new TemplateRuntimeError(`No test named '${name}'.`, 'TemplateRuntimeError');
    return isTruthy(test(args, kwargs, this));
  }

  attribute(object: unknown, name: string): unknown {
    return getAttribute(object, name, this.rendering.at);
  }

  item(object: unknown, key: unknown): unknown {
    return getItem(object, key, this.rendering.at);
  }

  call(value: unknown, args: readonly unknown[], kwargs: Kwargs = NO_KWARGS): unknown {
    if (value instanceof PyObject && value.invoke) return value.invoke(args, kwargs, this);
    if (value instanceof Undefined) throw value.toError();
    throw typeError(`'${typeName(value)}' object is not callable`);
  }
}

/** The value that a frame or one around it gives a name, or MISSING. */
function findLocal(frame: Frame, name: string): unknown {
  for (let at: Frame | undefined = frame; at; at = at.parent) {
    const value = at.own(name);
    if (value !== MISSING) return value;
  }
  return MISSING;
}
