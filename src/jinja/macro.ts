import { PyFunction } from './callable.ts';
import type { CallContext, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError } from './errors.ts';
import type { Evaluate, Execute, Frame, Runtime } from './runtime.ts';
import { Undefined } from './undefined.ts';
import { MISSING, tupleFrom } from './values.ts';

/** A macro or the body of a call block, compiled. */
export interface MacroPlan {
  readonly name: string;
  readonly names: readonly string[];
  /** Default of each parameter that has one. */
  readonly defaults: readonly (Evaluate | undefined)[];
  readonly body: Execute;
  /** Whether the body uses `varargs`, `kwargs` and `caller`, and so accepts them. */
  readonly takesRest: boolean;
  readonly takesOthers: boolean;
  readonly takesCaller: boolean;
}

/** A macro as a value: what the plan does where it was defined. */
export class Macro extends PyFunction {
  override readonly typeName = 'Macro';
  private readonly plan: MacroPlan;

  constructor(plan: MacroPlan, runtime: Runtime, frame: Frame) {
    super(plan.name, (args, kwargs, context) => runMacro(plan, runtime, frame, args, kwargs, context));
    this.plan = plan;
  }

  override getAttribute(name: string): unknown {
    switch (name) {
      case 'name':
        return this.plan.name;
      case 'arguments':
        return tupleFrom(this.plan.names);
      case 'catch_varargs':
        return this.plan.takesRest;
      case 'catch_kwargs':
        return this.plan.takesOthers;
      case 'caller':
        return this.plan.takesCaller;
      default:
        return MISSING;
    }
  }

  override toRepr(): string {
    return `<Macro '${this.plan.name}'>`;
  }
}

function runMacro(
  plan: MacroPlan,
  runtime: Runtime,
  definedIn: Frame,
  args: readonly unknown[],
  kwargs: Kwargs,
  context: CallContext,
): unknown {
  const at = runtime.rendering.at;
  context.budget.enter();
  try {
    let result: unknown;
    runtime.within(definedIn, (frame) => {
      bind(plan, runtime, frame, args, kwargs);
      result = runtime.capture(() => void plan.body(runtime));
      return undefined;
    });
    runtime.rendering.at = at;
    return result;
  } finally {
    context.budget.leave();
  }
}

function bind(
  plan: MacroPlan,
  runtime: Runtime,
  frame: Frame,
  args: readonly unknown[],
  kwargs: Kwargs,
): void {
  const { names } = plan;
  const title = plan.name === 'caller' ? 'the call block' : `macro '${plan.name}'`;
  const others = new Map(Object.entries(kwargs));
  if (args.length > names.length && !plan.takesRest) {
    throw typeError(`${title} takes not more than ${names.length} argument(s)`);
  }
  names.forEach((name, index) => {
    if (index < args.length) {
      if (others.has(name)) throw typeError(`${title} got multiple values for argument '${name}'`);
      frame.set(name, args[index]);
    } else {
      const fallback = plan.defaults[index];
      if (others.has(name)) frame.set(name, others.get(name));
      else frame.set(name, fallback ? fallback(runtime) : notGiven(name));
      others.delete(name);
    }
  });
  if (plan.takesCaller && !names.includes('caller')) {
    frame.set('caller', others.get('caller') ?? new Undefined('caller', 'No caller defined'));
    others.delete('caller');
  }
  if (plan.takesRest) frame.set('varargs', tupleFrom(args.slice(names.length)));
  if (plan.takesOthers) frame.set('kwargs', others);
  else refuseOthers(title, others);
}

function notGiven(name: string): Undefined {
  return new Undefined(name, `parameter '${name}' was not provided`);
}

function refuseOthers(title: string, others: ReadonlyMap<string, unknown>): void {
  const [unknown] = others.keys();
  if (unknown === undefined) return;
  if (unknown === 'caller') {
    throw new TemplateRuntimeError(
      `${title} does not use caller(), so it cannot be used with a call block`,
      'TypeError',
    );
  }
  throw typeError(`${title} takes no keyword argument '${unknown}'`);
}
