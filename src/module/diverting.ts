import { type Diversion, diversionIn, withDiversion } from '../lib/diversions.ts';
import { type Change, changes, failed, type Plan } from './plan.ts';
import type { Reads } from './reads.ts';
import type { RunStep, Step, StepResult } from './step.ts';

const DATABASE = '/var/lib/dpkg/diversions';

export interface DiversionNow {
  database: string;
  there: Diversion | undefined;
  /** Whether a file lies at the path, and where its versions go, as it is and as it shall be. */
  hasPath: boolean;
  hasDiverted: boolean;
  hasTarget: boolean;
}

/** What shall be; no `diversion`: none. */
export interface DiversionWish {
  path: string;
  diversion: Diversion | undefined;
  rename: boolean;
  /** Where a rename would overwrite a file: a failure, the file that is overwritten is lost, or nothing is renamed. */
  inTheWay: 'fail' | 'lose' | 'stay';
}

export interface DivertChange extends Change {
  steps: Step[];
}

/** Looks at a file's diversion, and at the files that are its matter. */
export async function readDiversion(path: string, target: string, host: Reads): Promise<DiversionNow> {
  const database = Buffer.from((await host.content({ path: DATABASE })) ?? []).toString();
  const there = diversionIn(database, path);
  const [at, diverted, wanted] = await Promise.all([
    host.stat({ path }),
    there && host.stat({ path: there.divert }),
    host.stat({ path: target }),
  ]);
  return {
    database,
    there,
    hasPath: at !== undefined,
    hasDiverted: diverted !== undefined,
    hasTarget: wanted !== undefined,
  };
}

/** The plan to make, change or take away a diversion. */
export function planDiversion(wish: DiversionWish, now: DiversionNow): Plan<DivertChange> {
  const { path, diversion } = wish;
  const { there } = now;
  const { divert = null, holder = null } = diversion ?? {};
  const result = { diversion: { path, state: diversion ? 'present' : 'absent', divert, holder } };
  if (there?.divert === diversion?.divert && there?.holder === diversion?.holder)
    return changes<DivertChange>([], { ...result, commands: [], messages: [] });
  const blocked = now.hasPath && (diversion ? now.hasTarget : now.hasDiverted);
  if (!(there && diversion) && wish.rename && blocked && wish.inTheWay === 'fail')
    return failed("Set 'force' param to True to force renaming of files.", result);
  const steps = there && diversion ? movedSteps(wish, now) : switchedSteps(wish, now, blocked);
  const text = diversion
    ? `divert ${path} to ${diversion.divert}${diversion.holder === 'LOCAL' ? '' : ` for ${diversion.holder}`}`
    : `take away the diversion of ${path}`;
  const commands = steps.flatMap((step) => (step.kind === 'run' ? [step.argv!.join(' ')] : []));
  return changes([{ summary: text, steps }], { ...result, commands, messages: [] });
}

/** What dpkg-divert said. */
export function diversionResult(done: StepResult[]): Record<string, unknown> {
  const said = done.filter(({ step }) => step.kind === 'run').map(({ stdout }) => stdout.trimEnd());
  return said.length > 0 ? { messages: said } : {};
}

// dpkg-divert cannot change a diversion: it is taken away and made anew, and its file moved along.
function movedSteps({ path, diversion }: DiversionWish, now: DiversionNow): Step[] {
  const old = now.there!.divert;
  const moves = old !== diversion!.divert && now.hasDiverted && !now.hasTarget;
  return [
    divertStep(path, undefined, false, now),
    divertStep(path, diversion, false, now),
    ...(moves ? [{ kind: 'rename' as const, from: old, to: diversion!.divert }] : []),
  ];
}

function switchedSteps(wish: DiversionWish, now: DiversionNow, blocked: boolean): Step[] {
  const { path, diversion } = wish;
  const lost = diversion ? diversion.divert : path;
  const renames = wish.rename && !(blocked && wish.inTheWay === 'stay');
  return [
    ...(renames && blocked ? [{ kind: 'remove' as const, path: lost }] : []),
    divertStep(path, diversion, renames, now),
  ];
}

function divertStep(
  path: string,
  diversion: Diversion | undefined,
  rename: boolean,
  now: DiversionNow,
): RunStep {
  const how = rename ? '--rename' : '--no-rename';
  const [from, to] = diversion ? [path, diversion.divert] : [now.there!.divert, path];
  const moves = rename && (diversion ? now.hasPath : now.hasDiverted);
  return {
    kind: 'run',
    argv: ['dpkg-divert', how, ...(diversion ? addWords(path, diversion) : ['--remove', path])],
    touches: [DATABASE, path, diversion?.divert ?? now.there!.divert],
    brings: {
      files: [
        { kind: 'put', path: DATABASE, content: withDiversion(now.database, path, diversion) },
        ...(moves ? [{ kind: 'rename' as const, from, to }] : []),
      ],
    },
  };
}

function addWords(path: string, { divert, holder }: Diversion): string[] {
  const whose = holder === 'LOCAL' ? ['--local'] : ['--package', holder];
  return [...whose, '--divert', divert, '--add', path];
}
