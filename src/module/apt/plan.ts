import { type Change, changes, failed, type Plan, unknown } from '../plan.ts';
import type { RunStep, StepResult } from '../step.ts';
import { aptStep, debUrlStep, updateStep } from './command.ts';
import type { AptNow } from './read.ts';
import {
  changedNothing,
  simulationBrings,
  simulationDiff,
  simulationProblem,
  simulationSummary,
} from './simulation.ts';
import { APT_ENV, type AptParams, type AptWanted, isInstalled, marksMissing, versionFits } from './spec.ts';

export interface AptChange extends Change {
  step: RunStep;
}

/** Compares what apt says with what is asked for. Lists that are about to be updated leave open what comes next. */
export function planApt(params: AptParams, now: AptNow): Plan<AptChange> {
  const result = { cache_updated: now.updateDue, cache_update_time: now.updated };
  const before = upkeep(params, now);
  const problems = [
    ...now.unmatched.map((pattern) => `No package(s) matching '${pattern}' available`),
    ...now.commands.flatMap(({ args, simulation }) => simulationProblem(simulation, args) ?? []),
    ...tooOld(now),
  ];
  if (problems.length > 0 && !now.updateDue) return failed(problems[0]!, result);
  if (problems.length > 0) {
    return unknown(
      `${problems[0]}, and the package lists are to be updated first`,
      [...before, ...blindly(params, now)],
      result,
    );
  }
  if (params.deb?.includes('://')) {
    const step = debUrlStep(params.deb, params);
    return unknown(
      'what a package holds is known once it is fetched',
      [...before, { summary: step.title!, step }],
      result,
    );
  }
  if (now.updateDue && (params.upgrade !== 'no' || params.state === 'latest')) {
    const main = blindly(params, now);
    return unknown(
      'newer versions are known once the package lists are updated',
      [...before, ...main],
      result,
    );
  }
  const leaving = now.wanted.find((one) => isLeaving(params, one, now));
  if (leaving) {
    const why = `${leaving.name} is still there, and apt-get cannot know that it is to be removed before`;
    return unknown(why, [...before, ...blindly(params, now)], result);
  }
  return changes(
    [...before, ...now.commands.flatMap(({ args }, i) => simulated(args, i, params, now))],
    result,
  );
}

/** What apt's module registers; `changed` by what apt-get said at last. */
export function aptResult(params: AptParams, now: AptNow, done: StepResult[]): Record<string, unknown> {
  const updates = done.filter(({ step }) => step.kind === 'run' && step.title === 'apt-get update');
  const mains = done.filter(({ step }) => step.kind === 'run' && step.stream);
  const time = Number(updates[0]?.stdout.trim().split('\n').at(-1)) || now.updated;
  const counted = mains.filter(({ stdout }) => !changedNothing(stdout) || /^Del /m.test(stdout));
  const cleaned = done.some(({ step }) => step.kind === 'run' && step.argv?.[1] === 'clean');
  const alone = !hasMain(params, now);
  return {
    changed: counted.length > 0 || (alone && (cleaned || time !== now.updated)),
    cache_updated: time !== now.updated,
    cache_update_time: time,
    ...(mains.length > 0 && {
      stdout: mains.map(({ stdout }) => stdout).join(''),
      stderr: mains.map(({ stderr }) => stderr).join(''),
    }),
  };
}

function hasMain(params: AptParams, now: AptNow): boolean {
  return (
    now.wanted.length > 0 || params.upgrade !== 'no' || params.deb !== undefined || now.commands.length > 0
  );
}

/** What comes before the packages, and is by itself a change only where nothing else is asked for. */
function upkeep(params: AptParams, now: AptNow): AptChange[] {
  const uncounted = hasMain(params, now);
  const clean: RunStep = {
    kind: 'run',
    argv: ['apt-get', 'clean'],
    env: APT_ENV,
    touches: ['/var/cache/apt'],
  };
  const marks = marksMissing(params, now.wanted);
  const mark: RunStep = {
    kind: 'run',
    argv: ['apt-mark', 'manual', ...marks],
    env: APT_ENV,
    touches: ['/var/lib/apt/extended_states'],
  };
  return [
    ...(params.clean && now.downloads
      ? [{ summary: 'remove downloaded packages', step: clean, uncounted }]
      : []),
    ...(now.updateDue ? [{ summary: 'update the package lists', step: updateStep(params), uncounted }] : []),
    ...(marks.length > 0
      ? [{ summary: `mark ${marks.join(', ')} as installed on purpose`, step: mark, uncounted: true }]
      : []),
  ];
}

function simulated(args: string[], index: number, params: AptParams, now: AptNow): AptChange[] {
  const { simulation } = now.commands[index]!;
  const step = aptStep(args, params);
  const stale = (simulation.stdout.match(/^Del /gm) ?? []).length;
  if (stale > 0)
    return [{ summary: `remove ${stale} downloaded packages that cannot be had any more`, step }];
  if (simulation.install.length + simulation.remove.length === 0) return [];
  const summary = simulationSummary(
    simulation,
    now.wanted.map(({ name }) => name),
  );
  const change = {
    summary,
    diff: simulationDiff(simulation),
    step: { ...step, brings: simulationBrings(simulation) },
  };
  return [change];
}

/** The same commands where nobody can say yet what they will do. */
function blindly(params: AptParams, now: AptNow): AptChange[] {
  return now.commands.map(({ args, simulation }) => {
    const known = simulation.install.length + simulation.remove.length > 0;
    return {
      summary: `apt-get ${args.join(' ')}`,
      ...(known && { diff: simulationDiff(simulation) }),
      step: { ...aptStep(args, params), ...(known && { brings: simulationBrings(simulation) }) },
    };
  });
}

// dpkg's own records never say that a package is not there while apt-get finds nothing to do: that is a planned removal.
function isLeaving({ state: wanted }: AptParams, { name, state }: AptWanted, { commands }: AptNow): boolean {
  if (wanted === 'absent' || state === undefined || isInstalled(state)) return false;
  return commands.every(({ simulation }) => simulation.install.every((one) => one.name !== name));
}

function tooOld({ commands, wanted }: AptNow): string[] {
  const chosen = commands.flatMap(({ simulation }) => simulation.install);
  return wanted.flatMap((one) => {
    if (one.operator !== '>=') return [];
    const version = chosen.find(({ name }) => name === one.name)?.version ?? one.state?.version;
    const none = version === undefined || !versionFits(version, one);
    return none ? [`no available installation candidate for ${one.text}`] : [];
  });
}
