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
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const state = join(project, '.flotte', 'setup');
const lock = join(state, 'lock');
/** Says of which sources dist/ and dist-test/ were made. */
const stamp = join(state, 'sources');
const bundler = 'scripts/bundle.mjs';

/** Milliseconds; a lock that is older belongs to a process that got its owner's pid later. */
const longestSetup = 3_600_000;

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
  return !isInstalled() || !isBuilt();
}

async function prepare() {
  // Another set-up may have done it all while this one waited for the lock.
  if (!isInstalled()) await install();
  if (!isBuilt()) await build();
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

/**
 * Writes the JavaScript of each source that is newer than what was made of it. File by file and without looking at
 * types: `npm run types` is what judges them.
 */
async function build() {
  say('building dist/ and dist-test/');
  const before = fingerprint();
  const { default: ts } = await import(
    pathToFileURL(join(project, 'node_modules', 'typescript', 'lib', 'typescript.js'))
  );
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, project);
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext };
  const settled = Math.max(...['package-lock.json', 'tsconfig.json'].map(changedAt));
  const made = new Set();
  for (const path of sourceFiles()) {
    const outputs = outputsOf(path);
    for (const output of outputs) made.add(output);
    const changed = Math.max(settled, changedAt(path));
    if (outputs.every((output) => changedAt(output) >= changed)) continue;
    const text = readFileSync(join(project, path), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: path });
    for (const output of outputs) write(output, outputText);
  }
  for (const folder of ['dist', 'dist-test'])
    for (const path of filesBelow(folder)) if (!made.has(path)) unlinkSync(join(project, path));
  chmodSync(join(project, 'dist', 'cli', 'main.js'), 0o755);
  await bundle();
  writeFileSync(stamp, before);
}

async function bundle() {
  const { code, output } = await run(process.execPath, [join(project, bundler)]);
  if (code !== 0) throw new Error(`dist/bundle/ does not build: ${output.at(-1)}`);
}

function sourceFiles() {
  return ['src', 'test'].flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
}

/** Tests import src/ beside them, so that it stands in both folders. */
function outputsOf(path) {
  const name = path.replace(/\.ts$/, '.js');
  const tested = `dist-test/${name}`;
  return path.startsWith('src/') ? [name.replace(/^src/, 'dist'), tested] : [tested];
}

function changedAt(path) {
  return statSync(join(project, path), { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

function write(path, text) {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  // A set-up that is killed leaves no half file that looks newer than its source.
  writeFileSync(join(project, `${path}.new`), text);
  renameSync(join(project, `${path}.new`), join(project, path));
}

function filesBelow(folder) {
  if (!existsSync(join(project, folder))) return [];
  return readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function isBuilt() {
  const built = existsSync(join(project, 'dist')) && existsSync(join(project, 'dist-test'));
  return built && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

/** Stands for the state of all that a build reads: changes with any file that is new, changed or gone. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'tsconfig.json', bundler, ...sourceFiles().sort()]) {
    const status = statSync(join(project, path));
    hash.update(`${path} ${status.mtimeMs} ${status.size}\n`);
  }
  return hash.digest('hex');
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
