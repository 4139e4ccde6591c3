import { normalizedName, parseRequirement } from '../../lib/pep440.ts';
import { fulfilled, rejoinNames, requirementLines } from '../../lib/pipRequirements.ts';
import { splitWords } from '../../lib/shellWords.ts';
import { hostPath } from '../hostPath.ts';
import { TaskFailure } from '../plan.ts';
import type { Reads } from '../reads.ts';
import { type EnvironmentParams, type PythonEnvironment, readEnvironment } from './environment.ts';

/** The parameters of pip, with Ansible's names. */
export interface PipParams extends EnvironmentParams {
  name?: string[] | undefined;
  version?: string | undefined;
  requirements?: string | undefined;
  state: 'present' | 'latest' | 'absent' | 'forcereinstall';
  extra_args?: string | undefined;
  editable: boolean;
  umask?: string | undefined;
  break_system_packages: boolean;
}

export interface PipNow extends PythonEnvironment {
  /** What is asked for, one requirement each. */
  asked: string[];
  /** pip's command with its arguments. */
  command: string[];
  cwd?: string;
  env: Record<string, string>;
  /** What pip would do, where it was asked. */
  dryRun?: Awaited<ReturnType<Reads['pipDryRun']>>;
}

const COMMANDS = {
  present: ['install'],
  latest: ['install', '--upgrade'],
  forcereinstall: ['install', '--upgrade', '--force-reinstall'],
  absent: ['uninstall', '-y'],
};

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Looks at what is installed; starts pip (without effect) only where that does not answer the question. */
export async function readPip(params: PipParams, host: Reads): Promise<PipNow> {
  const cwd = params.chdir === undefined ? undefined : await hostPath(params.chdir, host);
  const file = await requirementsFile(params.requirements, cwd, host);
  const [environment, content] = await Promise.all([
    readEnvironment({ ...params, chdir: cwd }, host),
    file === undefined ? undefined : host.content({ path: file }),
  ]);
  if (file !== undefined && !content) throw new TaskFailure(`Could not open requirements file: ${file}`);
  const asked = content ? requirementLines(Buffer.from(content).toString()) : namesOf(params);
  const extra = splitWords(params.extra_args ?? '');
  const command = [...COMMANDS[params.state], ...extra, ...targets(params, file, asked, environment)];
  const env = variables(params, environment.virtualenv);
  const now = { ...environment, asked, command, env, ...(cwd !== undefined && { cwd }) };
  if (!needsDryRun(params, now)) return now;
  const { python } = environment;
  const args = command.slice(1);
  return { ...now, dryRun: await host.pipDryRun({ python, args, env, ...(cwd !== undefined && { cwd }) }) };
}

/** The packages to take away that are there, as pip knows them. */
export function toRemove({ asked, installed }: Pick<PipNow, 'asked' | 'installed'>): string[] {
  const names = asked.map((text) => parseRequirement(text)?.name ?? normalizedName(text));
  return [...new Set(names)].filter((name) => installed[name] !== undefined);
}

function needsDryRun(params: PipParams, { create, asked, installed }: PipNow): boolean {
  if (create || params.state === 'absent' || asked.length === 0) return false;
  return params.state !== 'present' || params.editable || fulfilled(asked, installed) !== true;
}

async function requirementsFile(given: string | undefined, cwd: string | undefined, host: Reads) {
  if (given === undefined) return undefined;
  return hostPath(cwd === undefined || given.startsWith('/') ? given : `${cwd}/${given}`, host);
}

function namesOf({ name = [], version }: PipParams): string[] {
  const names = rejoinNames(name);
  if (version === undefined) return names;
  if (names.length !== 1) {
    throw new TaskFailure(
      "'version' argument is ambiguous when installing multiple packages: give versions next to the names",
    );
  }
  if (parseRequirement(names[0]!)?.specifiers.length !== 0) {
    throw new TaskFailure(
      "The 'version' argument conflicts with the version given with the name: keep one of them",
    );
  }
  return [`${names[0]}${/^\d/.test(version) ? '==' : ''}${version}`];
}

function targets(
  params: PipParams,
  file: string | undefined,
  asked: string[],
  { installed }: PythonEnvironment,
) {
  if (params.state === 'absent') return toRemove({ asked, installed });
  if (file !== undefined) return ['-r', file];
  return params.editable ? asked.flatMap((path) => ['-e', path]) : asked;
}

function variables(params: PipParams, virtualenv: string | undefined): Record<string, string> {
  return {
    // What builds packages finds the environment's own programs first.
    ...(virtualenv !== undefined && { PATH: `${virtualenv}/bin:${SYSTEM_PATH}` }),
    ...(params.break_system_packages && { PIP_BREAK_SYSTEM_PACKAGES: '1' }),
  };
}
