import { TaskFailure } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import { type Identity, identityKey } from './become.ts';
import { type Channel, Interrupted } from './channel.ts';
import { exportText } from './environment.ts';
import type { Primitive } from './primitive.ts';
import { type Known, openOtherNames, type Reach, staleBy } from './reach.ts';
import { primitives } from './reads/index.ts';
import type { Reply, Request } from './replies.ts';

/** Who asks, and with which environment. */
export interface Asker {
  as: Identity | undefined;
  environment: Record<string, string>;
}

export interface ReadCounts {
  reads: number;
  cachedReads: number;
}

export interface Reader {
  /** A read's answer: kept, or asked with all others that wait. */
  ask(asker: Asker, name: keyof Reads, of: unknown): Promise<unknown>;
  /** Forgets what a step may have changed. */
  forget(reach: Reach): void;
  /** Sends what waits now. */
  flush(): void;
}

interface Entry extends Known {
  promise: Promise<unknown>;
}

interface Question {
  asker: Asker;
  name: keyof Reads;
  of: unknown;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

type AnyPrimitive = Primitive<never> & {
  script(asked: unknown[]): string;
  stdin?(asked: unknown[]): Uint8Array | undefined;
  parse(answered: Reply, asked: unknown[]): unknown[];
  paths?(of: unknown): string[];
  alone?(of: unknown): { seconds: number } | undefined;
};

// A reader waits this long for what is not `alone`.
const READ_SECONDS = 120;
const ATTEMPTS = 3;

/**
 * Gathers the reads that wait and keeps their answers. `channelFor` gives the channel of an identity as soon as
 * questions may be sent there.
 */
export function openReader(
  channelFor: (as: Identity | undefined) => Promise<Channel>,
  counts: ReadCounts,
): Reader {
  const kept = new Map<string, Entry>();
  const otherNames = openOtherNames();
  let waiting: Question[] = [];
  let scheduled = false;

  function ask(asker: Asker, name: keyof Reads, of: unknown): Promise<unknown> {
    const primitive = primitiveOf(name);
    if (primitive.alone?.(of)) return question(asker, name, of);
    const key = JSON.stringify([identityKey(asker.as), asker.environment, name, of]);
    const known = kept.get(key);
    if (known) {
      counts.cachedReads += 1;
      return known.promise;
    }
    const entry: Entry = {
      name,
      paths: primitive.paths?.(of),
      answer: undefined,
      promise: question(asker, name, of),
    };
    kept.set(key, entry);
    entry.promise.then(
      (answer) => {
        entry.answer = answer;
        otherNames.learn(entry);
      },
      () => {
        if (kept.get(key) === entry) kept.delete(key);
      },
    );
    return entry.promise;
  }

  function question(asker: Asker, name: keyof Reads, of: unknown): Promise<unknown> {
    counts.reads += 1;
    return new Promise((resolve, reject) => {
      waiting.push({ asker, name, of, resolve, reject });
      schedule();
    });
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    // After all that can go on now has gone on, so that what it asks leaves together.
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    const questions = waiting;
    waiting = [];
    for (const group of groupBy(questions, ({ asker }) => identityKey(asker.as)).values()) {
      deliver(group, ATTEMPTS);
    }
  }

  async function deliver(questions: Question[], attempts: number): Promise<void> {
    try {
      const channel = await channelFor(questions[0]!.asker.as);
      const batches = batchesOf(questions);
      const answers = channel.send(batches.map(requestOf));
      answers.forEach((answer, i) => {
        settle(answer, batches[i]!, attempts);
      });
    } catch (error) {
      for (const one of questions) one.reject(error as Error);
    }
  }

  async function settle(answer: Promise<Reply>, batch: Question[], attempts: number): Promise<void> {
    try {
      const reply = await answer;
      const values = primitiveOf(batch[0]!.name).parse(
        reply,
        batch.map(({ of }) => of),
      );
      batch.forEach((one, i) => {
        const value = values[i];
        if (value instanceof Error) one.reject(value);
        else one.resolve(value);
      });
    } catch (error) {
      // A read changes nothing, so one that was cut off by another's end is simply asked again.
      if (error instanceof Interrupted && error.why !== 'limit' && attempts > 1)
        return deliver(batch, attempts - 1);
      const named =
        error instanceof Interrupted
          ? new TaskFailure(`reading ${batch[0]!.name} ${error.message}`)
          : (error as Error);
      for (const one of batch) one.reject(named);
    }
  }

  function forget(reach: Reach): void {
    const stale = new Set(staleBy(reach, kept.values(), otherNames));
    for (const [key, entry] of kept) if (stale.has(entry)) kept.delete(key);
  }

  return { ask, forget, flush };
}

function primitiveOf(name: keyof Reads): AnyPrimitive {
  return primitives[name] as unknown as AnyPrimitive;
}

/**
 * One batch for each primitive and environment, the slow ones each by itself behind the others. Facts come first: reads
 * that need them then follow while the others of the frame are still being answered.
 */
function batchesOf(questions: Question[]): Question[][] {
  const slow = questions.filter(({ name, of }) => primitiveOf(name).alone?.(of));
  const quick = questions.filter((one) => !slow.includes(one));
  const groups = groupBy(quick, ({ name, asker }) => JSON.stringify([name, asker.environment]));
  const [facts, others] = [true, false].map((wanted) =>
    [...groups.values()].filter(([one]) => (one!.name === 'facts') === wanted),
  ) as [Question[][], Question[][]];
  return [...facts, ...others, ...slow.map((one) => [one])];
}

function requestOf(batch: Question[]): Request {
  const { name, of, asker } = batch[0]!;
  const primitive = primitiveOf(name);
  const asked = batch.map((one) => one.of);
  const data = primitive.stdin?.(asked);
  return {
    part: {
      body: `cd /; LC_ALL=C; export LC_ALL\n${exportText(asker.environment)}${primitive.script(asked)}`,
    },
    ...(data && data.length > 0 ? { data } : {}),
    seconds: primitive.alone?.(of)?.seconds ?? READ_SECONDS,
  };
}

function groupBy<T>(list: T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
