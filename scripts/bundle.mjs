// Writes dist/bundle/flotte.cjs: all of the program and of the packages it is built on in one file, and beside it what
// V8 makes of it (flotte.v8, see src/cli/bundle.ts). Expects dist/ to be built.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(project, 'dist', 'bundle');

// Programs of the machine's own processor: they are looked for beside the package, and are missing on some machines.
const native = {
  name: 'native',
  resolveId: (id) => {
    if (id.endsWith('/sshcrypto.node'))
      return { id: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node', external: true };
    return id === 'cpu-features' ? { id, external: true } : undefined;
  },
};

const build = await rolldown({
  input: join(project, 'src', 'cli', 'whole.ts'),
  platform: 'node',
  plugins: [native],
});
const { output } = await build.generate({
  format: 'cjs',
  codeSplitting: false,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await build.close();

const code = `(function (exports, require, module, __filename, __dirname) {${ascii(output[0].code)}\n})`;
const mark = createHash('sha1').update(code).digest('hex');
mkdirSync(folder, { recursive: true });
// Renamed into its place whole: a program may start meanwhile.
writeFileSync(join(folder, 'flotte.cjs.new'), `//${mark}\n${code}`);
renameSync(join(folder, 'flotte.cjs.new'), join(folder, 'flotte.cjs'));
writeFileSync(join(folder, 'licenses.txt'), licenses(output[0].moduleIds));
warmUp();

/** Other characters, as escapes: a text of one byte a character is read without being decoded. */
function ascii(text) {
  return text.replace(/[^\0-\x7f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** What the packages in the file ask to be passed on with them. */
function licenses(files) {
  const inPackage = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
  const packages = new Set(files.flatMap((file) => inPackage.exec(file)?.[0] ?? []));
  return [...packages].sort().map(licenseOf).join('\n');
}

function licenseOf(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8');
  return `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n`;
}

/** A run that changes nothing leaves the compiled form of what runs use; where it fails, the first real one does. */
function warmUp() {
  const cwd = mkdtempSync(join(tmpdir(), 'flotte-bundle-'));
  const tasks = [
    { command: 'true' },
    { file: { path: '{{ there }}', state: 'directory', mode: '0755' }, register: 'found' },
    { copy: { content: '{{ ansible_distribution }}\n', dest: '{{ there }}/file' }, when: 'found is defined' },
    { lineinfile: { path: '{{ there }}/warm.yml', line: 'text', regexp: '^text' }, loop: [1, 2] },
    { stat: { path: '{{ there }}' } },
    { debug: { msg: '{{ there | basename | default("none") }}' } },
  ];
  const play = {
    hosts: 'all',
    vars: { there: cwd },
    tasks: tasks.map((task) => ({ name: 'warm', ...task })),
  };
  try {
    writeFileSync(join(cwd, 'warm.yml'), JSON.stringify([play]));
    const main = join(project, 'dist', 'cli', 'main.js');
    const flags = ['--check', '--diff', '--yes', '-i', 'localhost,', '-c', 'local'];
    spawnSync(process.execPath, [main, 'run', 'warm.yml', ...flags], {
      cwd,
      env: { PATH: process.env.PATH },
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
