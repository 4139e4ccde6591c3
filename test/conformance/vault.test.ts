import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml, type VaultText } from '../../src/lib/yaml.ts';
import { createVault, formatVaultValue } from '../../src/variables/vault.ts';
import { parseVaultId, readVaultPassword } from '../../src/variables/vaultPasswords.ts';
import { findOracle, oracleEnvironment } from './oracle.ts';

const oracle = await findOracle();
const oracleFolder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;

const folder = mkdtempSync(join(tmpdir(), 'flotte-vault-'));
writeFileSync(join(folder, 'default.pass'), 'first password\n');
writeFileSync(join(folder, 'dev.pass'), '  zweites Paßwort  ');
const identities = ['default.pass', 'dev@dev.pass'];
const vault = createVault(identities.map((text) => readVaultPassword(parseVaultId(text), folder)));

function ansibleVault(...args: string[]): string {
  const ids = identities.flatMap((identity) => ['--vault-id', identity]);
  return execFileSync(join(oracleFolder, 'bin', 'ansible-vault'), [args[0]!, ...ids, ...args.slice(1)], {
    cwd: folder,
    env: oracleEnvironment(oracleFolder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const texts = {
  empty: '',
  word: 'x',
  block: 'sixteen bytes !!',
  lines: 'zwei\nZeilen: ü\n',
  long: 'y'.repeat(5000),
};

describe.skipIf(oracle.missing)(`vaults of ansible-vault and ours${skipped}`, () => {
  describe.each(['default', 'dev'])('with the password %s', (id) => {
    it.each(Object.entries(texts))('what ansible-vault encrypts opens here: %s', (name, text) => {
      writeFileSync(join(folder, name), text);
      ansibleVault('encrypt', '--encrypt-vault-id', id, name);
      const opened = vault.open(readFileSync(join(folder, name), 'utf8'));
      expect([opened.id, opened.plain.toString()]).toEqual([id, text]);
    });

    it.each(Object.entries(texts))('what is encrypted here opens there: %s', (name, text) => {
      writeFileSync(join(folder, name), vault.seal(Buffer.from(text), id));
      expect(ansibleVault('view', name).trimEnd()).toBe(text.trimEnd());
      ansibleVault('decrypt', name);
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    });
  });

  it('a value of encrypt_string opens here, and ours is laid out alike', () => {
    const printed = ansibleVault(
      'encrypt_string',
      '--encrypt-vault-id',
      'dev',
      '--name',
      'key',
      'value of mine',
    );
    const { key } = parseYaml(printed, { file: 'printed.yml' }) as { key: VaultText };
    expect(vault.openValue(key)).toBe('value of mine');
    expect(formatVaultValue(key.ciphertext, 'key')).toBe(printed.trimEnd());
  });
});
