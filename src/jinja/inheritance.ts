import { PyFunction } from './callable.ts';
import { type Location, TemplateNotFound, TemplateRuntimeError, typeError } from './errors.ts';
import type { Block, Program, Runtime, Signal } from './runtime.ts';
import { Undefined } from './undefined.ts';
import { MISSING, PyObject } from './values.ts';

/** Runs a template, and then those that it extends, each with the blocks of the ones before. */
export function runProgram(runtime: Runtime, program: Program): void {
  let entered = 0;
  try {
    for (let current: Program | undefined = program; current; current = runtime.parent) {
      runtime.budget.enter();
      entered++;
      if (current.blocks.size > 0) addBlocks(runtime, current.blocks);
      runtime.parent = undefined;
      runtime.muted = false;
      current.root(runtime);
    }
  } finally {
    for (; entered > 0; entered--) runtime.budget.leave();
  }
}

function addBlocks(runtime: Runtime, blocks: Program['blocks']): void {
  if (!runtime.blocks) runtime.top.set('self', new OwnBlocks(runtime));
  runtime.blocks ??= new Map();
  for (const [name, block] of blocks) {
    const chain = runtime.blocks.get(name);
    if (chain) chain.push(block);
    else runtime.blocks.set(name, [block]);
  }
}

/** Runs a block where it stands, in the form that the most derived template gives it. */
export function runBlock(runtime: Runtime, name: string): Signal {
  if (!runtime.muted) runChain(runtime, runtime.blocks!.get(name)!, 0);
  return undefined;
}

function runChain(runtime: Runtime, chain: readonly Block[], index: number): void {
  const block = chain[index]!;
  if (block.required) {
    runtime.rendering.at = block.at;
    throw new TemplateRuntimeError(`Required block '${block.name}' not found`, 'TemplateRuntimeError');
  }
  runtime.budget.enter();
  try {
    runtime.within(chain.some(({ scoped }) => scoped) ? runtime.frame : runtime.top, (frame) => {
      frame.set('super', parentBlock(runtime, chain, index));
      return block.body(runtime);
    });
  } finally {
    runtime.budget.leave();
  }
}

function parentBlock(runtime: Runtime, chain: readonly Block[], index: number): unknown {
  if (index + 1 === chain.length) {
    return new Undefined('super', `there is no parent block called '${chain[index]!.name}'`);
  }
  return new PyFunction('super', () => runtime.capture(() => runChain(runtime, chain, index + 1)));
}

/** The variable `self`: calls blocks by name. */
class OwnBlocks extends PyObject {
  readonly typeName = 'TemplateReference';
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    super();
    this.runtime = runtime;
  }

  override getAttribute(name: string): unknown {
    const { runtime } = this;
    const chain = runtime.blocks?.get(name);
    if (!chain) return MISSING;
    return new PyFunction(name, () => runtime.capture(() => runChain(runtime, chain, 0)));
  }
}

/** Finds the template to extend and drops what the child still puts out. */
export function extend(runtime: Runtime, template: unknown, at: Location): void {
  runtime.rendering.at = at;
  if (runtime.parent) throw new TemplateRuntimeError('extended multiple times', 'TemplateRuntimeError');
  runtime.parent = loadOne(runtime, template, at);
  runtime.muted = true;
}

/** The template of a name, or the first that exists of several. Throws TemplateNotFound. */
export function loadOne(runtime: Runtime, template: unknown, at: Location): Program {
  const names = Array.isArray(template) ? template : [template];
  for (const name of names) {
    if (name instanceof Undefined) throw name.toError();
    if (typeof name !== 'string') throw typeError('the name of a template must be a text');
    const program = runtime.rendering.load(name, at.source.filename);
    if (program) return program;
  }
  if (names.length === 1) throw new TemplateNotFound(names[0], names[0], at);
  const message = `none of the templates given were found: ${names.join(', ')}`;
  throw new TemplateNotFound(names.join(', '), message, at);
}
