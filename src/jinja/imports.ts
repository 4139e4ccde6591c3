import type { Scope } from './environment.ts';
import { type Location, TemplateNotFound } from './errors.ts';
import { loadOne, runProgram } from './inheritance.ts';
import { Runtime } from './runtime.ts';
import { toText } from './text.ts';
import { Undefined } from './undefined.ts';
import { MISSING, PyObject } from './values.ts';

const emptyScope: Scope = { get: () => MISSING };

/** How a template uses another one. */
export interface Use {
  readonly withContext: boolean;
  readonly at: Location;
}

/** Puts the output of another template into this one's. */
export function include(
  runtime: Runtime,
  template: unknown,
  use: Use & { readonly ignoreMissing: boolean },
): void {
  const program = use.ignoreMissing ? tryLoad(runtime, template, use.at) : loadOne(runtime, template, use.at);
  if (!program) return;
  const inner = innerRuntime(runtime, use);
  runProgram(inner, program);
  if (runtime.rendering.native) for (const part of inner.parts) runtime.emit(part);
  else runtime.emitText(inner.text);
}

function tryLoad(runtime: Runtime, template: unknown, at: Location) {
  try {
    return loadOne(runtime, template, at);
  } catch (error) {
    if (error instanceof TemplateNotFound) return undefined;
    throw error;
  }
}

function innerRuntime(runtime: Runtime, { withContext, at }: Use): Runtime {
  runtime.rendering.at = at;
  return new Runtime(runtime.rendering, withContext ? runtime.scope : emptyScope);
}

/** Runs another template for its macros and variables. */
export function importModule(runtime: Runtime, template: unknown, use: Use): Module {
  const program = loadOne(runtime, template, use.at);
  const inner = innerRuntime(runtime, use);
  runProgram(inner, program);
  return new Module(program.source.filename, inner);
}

/** An imported template as a value: its macros and the variables it set at its top level. */
export class Module extends PyObject {
  readonly typeName = 'TemplateModule';
  private readonly filename: string;
  private readonly runtime: Runtime;

  constructor(filename: string, runtime: Runtime) {
    super();
    this.filename = filename;
    this.runtime = runtime;
  }

  override getAttribute(name: string): unknown {
    return this.runtime.exported?.has(name) ? this.runtime.top.own(name) : MISSING;
  }

  /** What `from ... import name` gives. */
  exportOf(name: string, at: Location): unknown {
    const value = this.getAttribute(name);
    if (value !== MISSING) return value;
    return new Undefined(
      name,
      `the template '${this.filename}' does not export the requested name '${name}'`,
      at,
    );
  }

  override toText(): string {
    return toText(this.runtime.result());
  }

  override toRepr(): string {
    return `<TemplateModule '${this.filename}'>`;
  }
}
