import { z } from 'zod';
import { splitWords } from '../lib/shellWords.ts';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText } from '../module/params.ts';
import { type Change, failed, unknown } from '../module/plan.ts';
import type { RunStep } from '../module/step.ts';

interface DjangoChange extends Change {
  step: RunStep;
}

const path = (text: string) => ansibleText().optional().describe(text);

const params = z.strictObject({
  command: ansibleText().describe('The command of manage.py, with its arguments.'),
  project_path: ansibleText().describe(
    'Folder of the application, where manage.py lies; it must be executable.',
  ),
  settings: path('Name of the settings module.'),
  pythonpath: path('A folder that Python looks for modules in, too.'),
  virtualenv: path('The virtual environment to use; it must be there.'),
  apps: path('Apps, with blanks between; for migrate and test.'),
  cache_table: path('The table for createcachetable.'),
  clear: ansibleBool().default(false).describe('For collectstatic: remove what is there first.'),
  database: path('The database; for createcachetable, flush, loaddata and migrate.'),
  failfast: ansibleBool().default(false).describe('For test: stop at the first failure.'),
  fixtures: path('Fixtures to load, with blanks between; loaddata needs them.'),
  skip: ansibleBool().optional().describe('For migrate: skip migrations that are out of order.'),
  merge: ansibleBool().optional().describe('For migrate: run migrations that are out of order.'),
  link: ansibleBool().optional().describe('For collectstatic: link files instead of copying them.'),
  testrunner: path('The test runner; for test.'),
});

type Params = z.infer<typeof params>;

// Parameters that only these commands take.
const TAKEN: Record<string, (keyof Params)[]> = {
  createcachetable: ['database'],
  flush: ['database'],
  loaddata: ['database', 'fixtures'],
  test: ['failfast', 'testrunner', 'apps'],
  migrate: ['apps', 'database'],
  collectstatic: ['clear'],
};
const OWN = ['apps', 'clear', 'database', 'failfast', 'fixtures', 'testrunner'] as const;
const ASKS_NOTHING = ['flush', 'migrate', 'test', 'collectstatic'];

const installed = (line: string) => line.includes('Installed') && !line.includes('Installed 0 object');
// A line of the output that tells of a change; other commands change nothing as far as is known.
const TELLS_CHANGE: Record<string, (line: string) => boolean> = {
  flush: installed,
  loaddata: installed,
  migrate: (line) => /Migrating forwards |Applying/.test(line) || installed(line),
  collectstatic: (line) => line !== '' && !line.includes('0 static files'),
};

export default defineModule({
  name: 'django_manage',
  collection: 'community.general',
  doc: `Runs a command of a Django application's manage.py.

What it would change cannot be known without running it; whether it changed something is read from what it prints.`,
  aliases: {
    app_path: 'project_path',
    chdir: 'project_path',
    python_path: 'pythonpath',
    virtual_env: 'virtualenv',
    fail_fast: 'failfast',
    test_runner: 'testrunner',
  },
  params,
  async read({ project_path, virtualenv }, host) {
    const [folder, environment] = await Promise.all([
      hostPath(project_path, host),
      virtualenv === undefined ? undefined : hostPath(virtualenv, host),
    ]);
    const activate =
      environment === undefined
        ? undefined
        : await host.stat({ path: `${environment}/bin/activate`, follow: true });
    return { folder, environment, hasEnvironment: activate !== undefined };
  },
  plan(given, { folder, environment, hasEnvironment }) {
    const words = splitWords(given.command);
    const name = words[0] ?? '';
    const wrong = OWN.find((param) => given[param] && !TAKEN[name]?.includes(param));
    if (wrong) return failed(`${wrong} param is incompatible with command=${name}`);
    if (name === 'loaddata' && !given.fixtures)
      return failed('fixtures param is required for command=loaddata');
    if (environment !== undefined && !hasEnvironment)
      return failed(`${environment} does not point to a valid virtual environment`);
    const argv = commandLine(given, words);
    const step: RunStep = {
      kind: 'run',
      ...program(argv, environment),
      cwd: folder,
      ok: 'any',
      stream: true,
    };
    const change: DjangoChange = { summary: `run ${argv.join(' ')} in ${folder}`, step };
    const { settings = null, pythonpath = null } = given;
    const told = { cmd: argv, app_path: folder, project_path: folder, virtualenv: environment ?? null };
    return unknown('what a command of Django changes cannot be known without running it', [change], {
      ...told,
      settings,
      pythonpath,
    });
  },
  steps: (change: DjangoChange) => [change.step],
  result({ command }, _now, [done]) {
    if (!done) return {};
    const [name = ''] = splitWords(command);
    const isThere = name === 'createcachetable' && /table.*already exists/s.test(done.stderr);
    if (done.rc !== 0 && !isThere)
      return { failed: true, msg: `stdout: ${done.stdout}\n:stderr: ${done.stderr}` };
    const out = isThere ? 'already exists.' : done.stdout;
    if (name === 'createcachetable') return { out, changed: !out.includes('already exists') };
    return { out, changed: out.split('\n').some(TELLS_CHANGE[name] ?? (() => false)) };
  },
});

// manage.py finds its interpreter by the path, so the environment's comes first.
function program(
  argv: string[],
  environment: string | undefined,
): Pick<RunStep, 'argv' | 'script' | 'shell'> {
  if (environment === undefined) return { argv };
  const inEnvironment = 'PATH="$1/bin:$PATH" VIRTUAL_ENV="$1"; export PATH VIRTUAL_ENV; shift; exec "$@"';
  return { argv: ['sh', '-c', inEnvironment, 'manage', environment, ...argv] };
}

function commandLine(given: Params, words: string[]): string[] {
  const wantsNoInput = ASKS_NOTHING.includes(words[0] ?? '') && !words.includes('--noinput');
  const named = (['settings', 'pythonpath', 'database'] as const)
    .filter((name) => given[name])
    .map((name) => `--${name}=${given[name]}`);
  const flags = (['clear', 'failfast', 'skip', 'merge', 'link'] as const)
    .filter((name) => given[name])
    .map((name) => `--${name}`);
  const last = [
    ...splitWords(given.apps ?? ''),
    ...(given.cache_table ? [given.cache_table] : []),
    ...splitWords(given.fixtures ?? ''),
  ];
  return ['./manage.py', ...words, ...(wantsNoInput ? ['--noinput'] : []), ...named, ...flags, ...last];
}
