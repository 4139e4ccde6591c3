// Makes a clone ready to run: installs what package-lock.json names, builds dist/ and dist-test/.
// Does only what is due, and says nothing when nothing is. Needs no package, since none may be there yet.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const state = join(project, '.flotte', 'setup');
const lock = join(state, 'lock');

/** Milliseconds; a lock that is older belongs to a process that got its owner's pid later. */
const longestSetup = 3_600_000;

const builds = [
  { config: 'tsconfig.build.json', output: 'dist', sources: ['src'] },
  { config: 'tsconfig.json', output: 'dist-test', sources: ['src', 'test', 'vitest.config.ts'] },
];

try {
  requireNode();
  mkdirSync(state, { recursive: true });
  if (isDue()) await withLock(prepare);
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 17)) return;
  throw new Error(`this is Node.js ${process.versions.node}, and Flotte needs 20.17 or newer`);
}

function isDue() {
  return !isInstalled() || builds.some((build) => !isBuilt(build));
}

async function prepare() {
  // Another set-up may have done it all while this one waited for the lock.
  if (!isInstalled()) await install();
  await Promise.all(builds.filter((build) => !isBuilt(build)).map(build));
}

/**
 * Installs the locked versions and leaves the lock as it is. Not `npm ci`: that refuses a lock whose
 * maker could not reach an optional package of some other platform.
 */
async function install() {
  say('installing what package-lock.json names');
  const npm = process.env.npm_execpath;
  const [file, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { code, output } = await run(file, [
    ...first,
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code === 0) return;
  const errors = output.filter((line) => /^npm err/i.test(line) && !/ (code|errno|syscall) /.test(line));
  throw new Error(`npm install fails: ${errors[0] ?? output.at(-1) ?? `exit code ${code}`}`);
}

/** npm notes in node_modules what it has put there; packages for other platforms are optional. */
function isInstalled() {
  const wanted = packagesIn(join(project, 'package-lock.json'));
  const present = packagesIn(join(project, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

async function build({ config, output, sources }) {
  say(`building ${output}/`);
  const before = fingerprint({ config, sources });
  const information = join(state, `${output}.tsbuildinfo`);
  if (!existsSync(join(project, output))) rmSync(information, { force: true });
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const incremental = ['--incremental', '--tsBuildInfoFile', information];
  const { code, output: lines } = await run(process.execPath, [compiler, '-p', config, ...incremental]);
  const errors = lines.filter((line) => /\berror TS\d+:/.test(line));
  if (code !== 0 && errors.length === 0) throw new Error(`${output}/ does not build: ${lines.at(-1)}`);
  const command = join(project, output, 'cli', 'main.js');
  if (existsSync(command)) chmodSync(command, 0o755);
  if (code === 0) writeFileSync(stampOf(output), before);
  // The compiler writes JavaScript in spite of wrong types, and `npm run types` is what judges them.
  else say(`${output}/ is built, with ${errors.length} errors of types, the first: ${errors[0]}`);
}

function isBuilt({ config, output, sources }) {
  const stamp = stampOf(output);
  if (!existsSync(join(project, output)) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === fingerprint({ config, sources });
}

function stampOf(output) {
  return join(state, `${output}.sources`);
}

/** Stands for the state of all that a build reads: changes with any file that is new, changed or gone. */
function fingerprint({ config, sources }) {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'tsconfig.json', config, ...sources]) note(path);
  return hash.digest('hex');

  function note(path) {
    const status = statSync(join(project, path));
    if (status.isDirectory())
      for (const name of readdirSync(join(project, path)).sort()) note(`${path}/${name}`);
    else if (/\.(ts|json)$/.test(path)) hash.update(`${path} ${status.mtimeMs} ${status.size}\n`);
  }
}

/** Runs a program with its stdin closed; gives its exit code and the lines that it printed. */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: file === 'npm',
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => reject(new Error(`cannot run ${file}: ${error.message}`)));
    child.on('close', (code) =>
      resolve({ code, output: text.split('\n').filter((line) => line.trim() !== '') }),
    );
  });
}

/** Two set-ups in one folder take turns. The lock of one that was killed is taken over. */
async function withLock(action) {
  for (let told = false; !tryLock(); told = true) {
    if (!told) say(`waiting for the set-up of process ${readLock(lock) ?? 'that ends just now'}`);
    await sleep(100);
  }
  try {
    await action();
  } finally {
    unlinkSync(lock);
  }
}

/** The lock appears with its owner's pid already in it, so that nobody sees it without. */
function tryLock() {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeAbandonedLock();
    return false;
  } finally {
    unlinkSync(mine);
  }
}

function removeAbandonedLock() {
  const owner = readLock(lock);
  if (owner === undefined || !isAbandoned(owner)) return;
  // Taken aside first: should another set-up have taken the lock over just now, it gets it back.
  const aside = `${lock}.${process.pid}.abandoned`;
  try {
    renameSync(lock, aside);
    if (readLock(aside) !== owner) linkSync(aside, lock);
    unlinkSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
}

function readLock(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function isAbandoned(owner) {
  try {
    process.kill(Number(owner), 0);
  } catch (error) {
    return error.code === 'ESRCH';
  }
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > longestSetup;
}

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}
