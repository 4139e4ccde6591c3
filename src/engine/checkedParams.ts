import { TaskFailure } from '../module/plan.ts';
import type { Task } from '../playbook/model.ts';
import { argumentMessage } from '../playbook/parameterWords.ts';

// By task and arguments: most tasks have the same arguments for all hosts, and check them when they are looked at ahead.
const known = new WeakMap<Task, Map<string, unknown>>();
const MOST_KEPT = 50;
const LONGEST_KEY = 4000;

/** Rendered arguments as the module's schema makes them. Throws TaskFailure. */
export function checkedParams(task: Task, args: Record<string, unknown>): unknown {
  const key = keyOf(args);
  const kept = known.get(task) ?? new Map<string, unknown>();
  if (key !== undefined && kept.has(key)) return kept.get(key);
  const { module } = task;
  const parsed = module.params.safeParse(args);
  if (!parsed.success) {
    const msg = argumentMessage(module, parsed.error.issues, args);
    throw new TaskFailure(msg, { msg });
  }
  if (key !== undefined && kept.size < MOST_KEPT) known.set(task, kept.set(key, parsed.data));
  return parsed.data;
}

/** A text that stands for arguments of plain values; undefined where they hold anything else, or much. */
function keyOf(args: Record<string, unknown>): string | undefined {
  if (!isPlain(args)) return undefined;
  const key = JSON.stringify(args);
  return key.length < LONGEST_KEY ? key : undefined;
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !('toJSON' in value) && Object.values(value).every(isPlain);
}
