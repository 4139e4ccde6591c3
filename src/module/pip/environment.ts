import { splitWords } from '../../lib/shellWords.ts';
import { hostPath } from '../hostPath.ts';
import { TaskFailure } from '../plan.ts';
import type { Reads } from '../reads.ts';

/** Where packages are to go: a virtual environment, or an interpreter of the host. */
export interface PythonEnvironment {
  /** Absolute path of the interpreter. */
  python: string;
  /** Folder of the virtual environment, where it is one. */
  virtualenv?: string;
  /** What makes the virtual environment, where it is not there yet. */
  create?: string[];
  /** Why it cannot be made now: its program is not there. */
  missing?: string;
  /** Normalised name -> version; empty where the environment is not there yet. */
  installed: Record<string, string>;
}

export interface EnvironmentParams {
  virtualenv?: string | undefined;
  virtualenv_command: string;
  virtualenv_python?: string | undefined;
  virtualenv_site_packages: boolean;
  executable?: string | undefined;
  state: string;
  chdir?: string | undefined;
}

/** Finds the environment that a pip task means, and what is in it. */
export async function readEnvironment(params: EnvironmentParams, host: Reads): Promise<PythonEnvironment> {
  if (params.virtualenv !== undefined) return readVirtualenv(params.virtualenv, params, host);
  const python = await interpreter(params.executable, host);
  const installed = (await host.pipList({ python })) ?? {};
  if (installed.pip === undefined) {
    throw new TaskFailure(
      `there is no pip for ${python}: install it (the package python3-pip), or give virtualenv`,
    );
  }
  return { python, installed };
}

async function readVirtualenv(
  path: string,
  params: EnvironmentParams,
  host: Reads,
): Promise<PythonEnvironment> {
  const folder = params.chdir === undefined || path.startsWith('/') ? path : `${params.chdir}/${path}`;
  const virtualenv = await hostPath(folder, host);
  const python = `${virtualenv}/bin/python`;
  const [activate, installed] = await Promise.all([
    host.stat({ path: `${virtualenv}/bin/activate`, follow: true }),
    host.pipList({ python }),
  ]);
  const missing = { python, virtualenv, installed: {} };
  if (!activate && params.state === 'absent') return missing;
  if (!activate) return { ...missing, ...(await createCommand(virtualenv, params, host)) };
  if (!installed?.pip) throw new TaskFailure(`there is no pip in the virtual environment ${virtualenv}`);
  return { python, virtualenv, installed };
}

async function createCommand(
  folder: string,
  params: EnvironmentParams,
  host: Reads,
): Promise<Pick<PythonEnvironment, 'create' | 'missing'>> {
  const [program = '', ...words] = splitWords(params.virtualenv_command);
  const isVenv = program === 'pyvenv' || words.join(' ').includes('-m venv');
  if (isVenv && params.virtualenv_python !== undefined) {
    throw new TaskFailure(
      'virtualenv_python cannot be used with venv as virtualenv_command: start that Python itself',
    );
  }
  const create = [
    program,
    ...words,
    ...(params.virtualenv_site_packages ? ['--system-site-packages'] : []),
    ...(params.virtualenv_python === undefined ? [] : [`-p${params.virtualenv_python}`]),
    folder,
  ];
  if (await host.executable({ name: program })) return { create };
  const hint = program === 'virtualenv' ? ': install the package virtualenv' : '';
  return { create, missing: `Failed to find required executable "${program}"${hint}` };
}

/** The interpreter that a pip program belongs to: pip3.11 is started by python3.11 of the same folder. */
async function interpreter(executable: string | undefined, host: Reads): Promise<string> {
  const program = executable ?? 'python3';
  const path = await host.executable({ name: program });
  if (path === undefined) throw new TaskFailure(`Unable to find ${program} on the host`);
  if (executable === undefined) return path;
  const slash = path.lastIndexOf('/') + 1;
  const version = path.slice(slash).replace(/^pip-?/, '');
  return `${path.slice(0, slash)}python${version || '3'}`;
}
