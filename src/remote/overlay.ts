import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Secret } from '../lib/secret.ts';
import { UnknownAnswer } from '../module/plan.ts';
import type { ChecksumAlgorithm, Reads, Stat, UnitProperties } from '../module/reads.ts';
import type { Brings, Content, RunStep, Step } from '../module/step.ts';
import { openPlannedAccounts } from './plannedAccounts.ts';
import { openPlannedFiles, type PlannedFiles } from './plannedFiles.ts';
import type { Asker } from './reader.ts';
import { noFile } from './reads/content.ts';

type Ask = (asker: Asker, name: keyof Reads, of: never) => Promise<unknown>;

/** Steps that are only planned, laid over what is read. */
export interface Overlay {
  ask: Ask;
  plan(steps: Step[], label: string, asker: Asker): void;
  /** The label of the first planned step that may have changed anything. */
  readonly plannedBy: string | undefined;
  /** The label of a planned step that may bring what is not at a path now. */
  mayBring(path: string): string | undefined;
}

interface Touched {
  label: string;
  paths: string[];
}

/** Answers of `ask`, seen through all that was planned. Without a plan it only passes on. */
export function openOverlay(ask: Ask): Overlay {
  const files = openPlannedFiles();
  const accounts = openPlannedAccounts();
  const brought = {
    packages: new Map(),
    units: new Map<string, UnitProperties>(),
  };
  const touched: Touched[] = [];
  let plannedBy: string | undefined;
  let servicesBy: string | undefined;
  let applied: Promise<void> | undefined;

  function plan(steps: Step[], label: string, asker: Asker): void {
    for (const step of steps) {
      if (step.kind === 'run') planRun(step, label);
    }
    const real = readsOf(asker);
    applied = (async (before) => {
      await before;
      for (const step of steps)
        for (const one of step.kind === 'run' ? (step.brings?.files ?? []) : [step])
          await files.apply(one, real);
    })(applied);
    applied.catch(() => undefined);
  }

  function planRun(step: RunStep, label: string): void {
    const gone = (step.brings?.files ?? []).map(goneBy);
    if (step.touches) touched.push({ label, paths: step.touches.filter((path) => !gone.includes(path)) });
    else plannedBy ??= label;
    if (step.brings) bring(step.brings, label);
  }

  function bring({ packages, units, ...others }: Brings, label: string): void {
    accounts.bring(others);
    for (const [name, state] of Object.entries(packages ?? {})) brought.packages.set(name, state);
    for (const [name, properties] of Object.entries(units ?? {})) {
      brought.units.set(name, { ...brought.units.get(name), ...properties });
      servicesBy ??= label;
    }
  }

  /** Reads of one user that see what is brought, and files as they really are. */
  function readsOf(asker: Asker): Reads {
    return new Proxy({} as Reads, {
      get: (_, name) => (of: never) => beyondFiles(asker, name as keyof Reads, of),
    });
  }

  async function beyondFiles(asker: Asker, name: keyof Reads, of: never): Promise<unknown> {
    const named = (of as { name?: string }).name ?? '';
    if (name === 'package' && brought.packages.has(named)) return brought.packages.get(named);
    if (name === 'passwd' || name === 'group') return accounts[name](of, () => ask(asker, name, of));
    if (name === 'http' || name === 'wait') refuse(plannedBy ?? servicesBy);
    const answer = await ask(asker, name, of);
    if (name !== 'unit') return answer;
    return { ...(answer as UnitProperties), ...brought.units.get(withSuffix(named)) };
  }

  async function ofFiles(asker: Asker, name: FileRead, of: never): Promise<unknown> {
    // Asked in any case: mostly it is the answer, and then nothing has to be waited for twice.
    const real = ask(asker, name, of);
    real.catch(() => undefined);
    await applied;
    const { path, follow } = of as { path: string; follow?: boolean };
    const reads = readsOf(asker);
    const place = await files.locate(path, name !== 'stat' || follow === true, reads);
    const walks = name === 'entries' || name === 'tree';
    if (place.real && !(walks && files.differs(place.path))) return real;
    return answers[name]({ of, place, files, reads });
  }

  return {
    plan,
    async ask(asker, name, of) {
      if (!applied) return ask(asker, name, of);
      return name in answers ? ofFiles(asker, name as FileRead, of) : beyondFiles(asker, name, of);
    },
    get plannedBy() {
      return plannedBy;
    },
    mayBring(path) {
      const covering = touched.find(({ paths }) =>
        paths.some((one) => path === one || path.startsWith(`${one}/`)),
      );
      return plannedBy ?? covering?.label;
    },
  };
}

/** The path at which nothing is left after a step. */
function goneBy(step: Exclude<Step, RunStep>): string | undefined {
  return step.kind === 'remove' ? step.path : step.kind === 'rename' ? step.from : undefined;
}

function refuse(label: string | undefined): void {
  if (label !== undefined) throw new UnknownAnswer(`"${label}" is only planned`);
}

function withSuffix(unit: string): string {
  return /\.(service|socket|timer|target|path|mount|automount|swap|slice|scope|device)$/.test(unit)
    ? unit
    : `${unit}.service`;
}

interface Question {
  of: { path: string; algorithm?: ChecksumAlgorithm };
  place: Awaited<ReturnType<PlannedFiles['locate']>>;
  files: PlannedFiles;
  reads: Reads;
}

type FileRead = 'stat' | 'checksum' | 'content' | 'entries' | 'tree' | 'realpath';

/** Answers where something on the way to the path is planned. */
const answers: Record<FileRead, (question: Question) => Promise<unknown>> = {
  async stat({ of, place }) {
    return place.stat && { ...place.stat, path: of.path };
  },
  async realpath({ place }) {
    return place.parentThere ? place.path : undefined;
  },
  async checksum({ of, place, files, reads }) {
    if (place.stat?.type !== 'file') return undefined;
    const source = files.source(place.path);
    if (!source) return undefined;
    if ('real' in source) return reads.checksum({ ...of, path: source.real });
    return createHash(of.algorithm ?? 'sha1')
      .update(await bytesOf(source.content))
      .digest('hex');
  },
  async content({ of, place, files, reads }) {
    if (!place.stat) return undefined;
    if (place.stat.type !== 'file') throw noFile(of.path);
    const source = files.source(place.path);
    if (!source) return undefined;
    return 'real' in source ? reads.content({ path: source.real }) : bytesOf(source.content);
  },
  entries: ({ of, place, files, reads }) => listed(of.path, place, (path) => files.entries(path, reads)),
  tree: ({ of, place, files, reads }) => listed(of.path, place, (path) => files.tree(path, reads)),
};

/** A list of what lies in a directory, by the name under which it was asked. */
async function listed(
  asked: string,
  { path, stat }: Question['place'],
  list: (path: string) => Promise<Stat[]>,
): Promise<Stat[] | undefined> {
  if (stat?.type !== 'directory') return undefined;
  const found = await list(path);
  const [from, to] = [path, asked].map((one) => one.replace(/\/+$/, '')) as [string, string];
  return found.map((one) => ({ ...one, path: to + one.path.slice(from.length) }));
}

async function bytesOf(content: Content): Promise<Uint8Array> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Secret) return Buffer.from(content.reveal());
  return content instanceof Uint8Array ? content : readFile(content.file);
}
