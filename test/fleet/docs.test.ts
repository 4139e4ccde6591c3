import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { flotte } from './flotte.ts';
import { type Fleet, startFleet } from './index.ts';

interface Block {
  language: string;
  text: string;
}

function blocksOf(file: string): Block[] {
  const fences = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language, text]) => ({ language: language!, text: text! }));
}

const DOCUMENTS = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The lines of shell blocks that call flotte; the two npm commands are what runs this. */
function commandsOf(file: string): string[] {
  return blocksOf(file)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('flotte '));
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map(([, quoted, plain]) => quoted ?? plain!);
}

describeOnFleet('every command in the README and in docs/', () => {
  let fleet: Fleet;
  let folder: string;

  // A folder as the reader's: the files that the text shows, and the project's playbooks.
  beforeAll(async () => {
    fleet = await startFleet({ name: 'docs', count: 3, base: 'apache' });
    folder = mkdtempSync(join(tmpdir(), 'flotte-docs-'));
    symlinkSync(resolve('playbooks'), join(folder, 'playbooks'));
    mkdirSync(join(folder, 'inventories', 'group_vars'), { recursive: true });
    copyFileSync(fleet.inventoryFile, join(folder, 'inventories', 'fleet.yml'));
    writeFileSync(
      join(folder, 'inventories', 'group_vars', 'all.yml'),
      'wsgi_pip_packages: [itsdangerous]\n',
    );
    mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
    copyFileSync(fleet.keyFile, join(folder, '.ssh', 'id_ed25519'));
    copyFileSync(fleet.knownHostsFile, join(folder, '.ssh', 'known_hosts'));
    for (const { language, text } of DOCUMENTS.flatMap(blocksOf)) {
      const name = /^# (\S+\.yml)\n/.exec(text)?.[1];
      if (language === 'yaml' && name) writeFileSync(join(folder, name), withRealHosts(text));
    }
  });
  afterAll(() => fleet?.stop());

  // 192.0.2.0/24 is set aside for documentation.
  function withRealHosts(text: string): string {
    return text.replace(
      /192\.0\.2\.1(\d)/g,
      (_all, digit: string) => fleet.hosts[Number(digit) - 1]!.address,
    );
  }

  for (const document of DOCUMENTS) {
    for (const command of commandsOf(document)) {
      it(`${document}: ${command}`, async () => {
        const { code, stdout, stderr } = await flotte(wordsOf(command), {
          cwd: folder,
          env: { HOME: folder },
        });
        expect(code, `${stdout}\n${stderr}`).toBe(0);
        expect(stdout).not.toBe('');
      });
    }
  }
});

describe('the documents', () => {
  it('name only files that are there', () => {
    for (const document of DOCUMENTS) {
      for (const [, target] of readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        expect(() => readFileSync(resolve(document, '..', target!)), `${document}: ${target}`).not.toThrow();
      }
    }
  });
});
