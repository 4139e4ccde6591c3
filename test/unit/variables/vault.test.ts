import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../../src/lib/sourceError.ts';
import { VaultText } from '../../../src/lib/yaml.ts';
import { createVault, formatVaultValue, type VaultSecret } from '../../../src/variables/vault.ts';
import { isVaultText, parseEnvelope } from '../../../src/variables/vaultFormat.ts';
import {
  parseVaultId,
  readVaultPassword,
  typedVaultPassword,
} from '../../../src/variables/vaultPasswords.ts';

// Both were written by ansible-vault 2.19, of the same text.
const UNNAMED = `$ANSIBLE_VAULT;1.1;AES256
34363031633330353837326431623635396531363230313935653531666164346534653131626363
3939353230303335613062363238343932313734623465330a613866613466363132393336393631
63323962363165383737383834316330323638623666616162623031346635646634666435613933
6437376563646636660a323539613639323134626666386633633734373733333136623162303830
30323961306437643161356435343862636535653566333464666561623537393531
`;
const DEV = `$ANSIBLE_VAULT;1.2;AES256;dev
64373236386431656637633434383964326232623366323364643066316661333338636661333531
6162386236616333306337393035373032396561386639640a303332343062616336636131623462
33373632646635653234666561633565343938613464353430333963623836353336376537396438
3264363363613838630a376137373735333765646332663835633463663135653136616435346235
64636537333063366530343131356563366439396265393237393866336565623466
`;
const TEXT = 'plain text\nzwei\n';

const first = typedVaultPassword('default', 'first');
const dev = typedVaultPassword('dev', 'zweites pässword');
const place = { file: 'vars.yml', line: 3, column: 5 };

function errorOf(action: () => unknown): SourceError {
  try {
    action();
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('opening', () => {
  it('reads both versions, and tells which password it was', () => {
    const vault = createVault([first, dev]);
    expect(vault.open(UNNAMED)).toEqual({ plain: Buffer.from(TEXT), id: 'default' });
    expect(vault.open(DEV)).toEqual({ plain: Buffer.from(TEXT), id: 'dev' });
  });

  it('tries all passwords, since an id is only a name', () => {
    const renamed: VaultSecret = { ...dev, id: 'other' };
    expect(createVault([first, renamed]).open(DEV).id).toBe('other');
    expect(createVault([{ ...first, id: 'x' }]).open(UNNAMED).id).toBe('x');
  });

  it('tries only the password that is named where that is asked for', () => {
    const renamed: VaultSecret = { ...dev, id: 'other' };
    const vault = createVault([first, renamed], { candidates: 'matching' });
    expect(errorOf(() => vault.open(DEV)).message).toMatch(/"dev", which is not given/);
    expect(vault.open(UNNAMED).id).toBe('default');
  });

  it('reads text with Windows newlines and blanks around it', () => {
    expect(
      createVault([dev])
        .open(`\n ${DEV.replaceAll('\n', '\r\n  ')}`)
        .plain.toString(),
    ).toBe(TEXT);
  });

  it('derives the keys of a password and a salt once', () => {
    let asked = 0;
    const counting: VaultSecret = {
      id: 'dev',
      password() {
        asked++;
        return dev.password();
      },
    };
    const vault = createVault([counting]);
    vault.open(DEV);
    vault.open(DEV);
    expect(asked).toBe(1);
  });
});

describe('values', () => {
  it('are decrypted once, and reported as secrets', () => {
    const revealed: string[] = [];
    const vault = createVault([dev], { revealed: (plain) => revealed.push(plain) });
    const value = new VaultText(DEV, place);
    expect([vault.openValue(value), vault.openValue(value)]).toEqual([TEXT, TEXT]);
    expect(revealed).toEqual([TEXT]);
  });

  it('are named with their place when they cannot be opened', () => {
    expect(errorOf(() => createVault([first]).openValue(new VaultText(DEV, place))).place).toEqual(place);
  });
});

describe('a text that does not open', () => {
  it.each<[string, VaultSecret[], string, RegExp, RegExp]>([
    ['no password at all', [], DEV, /password "dev", and no vault password is given/, /--vault-id dev@FILE/],
    ['no password at all', [], UNNAMED, /no vault password is given/, /--vault-password-file/],
    ['a wrong one', [typedVaultPassword('dev', 'x')], DEV, /"dev" that is given does not open/, /wrong/],
    ['a wrong unnamed one', [typedVaultPassword('default', 'x')], UNNAMED, /\(default\) opens this/, /wrong/],
    [
      'only others',
      [first, typedVaultPassword('prod', 'x')],
      DEV,
      /none of default, prod opens it/,
      /dev@FILE/,
    ],
    ['a changed text', [dev], DEV.replace('6437', '6438'), /does not open|cannot be read/, /.*/],
  ])('%s', (_, secrets, text, message, hint) => {
    const error = errorOf(() => createVault(secrets).open(text, place));
    expect(error.message).toMatch(message);
    expect(error.hint ?? '').toMatch(hint);
    expect(error.place).toEqual(place);
  });

  it.each([
    ['$ANSIBLE_VAULT;1.0;AES\n3030', /version 1.0/],
    ['$ANSIBLE_VAULT;1.1;AES\n3030', /cipher AES is not known/],
    ['$ANSIBLE_VAULT', /version undefined/],
    ['$ANSIBLE_VAULT;1.1;AES256\n303', /cut off/],
    ['$ANSIBLE_VAULT;1.1;AES256\nxyz1', /cut off/],
    ['$ANSIBLE_VAULT;1.1;AES256\n3030', /three parts/],
    ['plain', /does not begin/],
  ])('%j', (text, message) => {
    expect(errorOf(() => createVault([first]).open(text)).message).toMatch(message);
  });

  it('has the ciphertext changed: nothing of it is handed out', () => {
    const { ciphertext } = parseEnvelope(DEV);
    const digits = Buffer.from(ciphertext.toString('hex')).toString('hex');
    const flat = DEV.split('\n').slice(1).join('');
    const changed = flat.slice(0, -digits.length) + (digits[1] === '0' ? '31' : '30') + digits.slice(2);
    const text = `$ANSIBLE_VAULT;1.2;AES256;dev\n${changed}\n`;
    expect(errorOf(() => createVault([dev]).open(text)).message).toMatch(/does not open/);
  });
});

describe('sealing', () => {
  const vault = createVault([first, dev]);

  it.each([0, 1, 15, 16, 17, 1000])('gives back %i bytes', (length) => {
    const plain = Buffer.alloc(length, 0xe9);
    expect(vault.open(vault.seal(plain)).plain).toEqual(plain);
  });

  it('takes the first password, or the one that is named', () => {
    expect(vault.seal(Buffer.from('x'))).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n(?:[0-9a-f]{1,80}\n)+$/);
    expect(vault.seal(Buffer.from('x'), 'dev')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;dev\n/);
    expect(errorOf(() => vault.seal(Buffer.from('x'), 'prod')).message).toMatch(/no vault password "prod"/);
    expect(errorOf(() => createVault([]).seal(Buffer.from('x'))).message).toMatch(
      /no vault password is given/,
    );
  });

  it('never gives the same text twice', () => {
    expect(vault.seal(Buffer.from('x'))).not.toBe(vault.seal(Buffer.from('x')));
  });

  it('is written into YAML indented', () => {
    expect(formatVaultValue('$A\nB\n', 'key')).toBe('key: !vault |\n          $A\n          B');
    expect(formatVaultValue('$A\n')).toBe('!vault |\n          $A');
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-vault-'));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('are decrypted where they are encrypted', () => {
    const vault = createVault([dev]);
    expect(vault.openFile(DEV, 'vars.yml')).toBe(TEXT);
    expect(vault.openFile('a: 1', 'vars.yml')).toBe('a: 1');
    const error = errorOf(() => createVault([]).openFile(DEV, 'vars.yml'));
    expect(error.place).toEqual({ file: 'vars.yml', line: 1, column: 1 });
  });

  it('with a password may have blanks around it, and bytes that are no text', () => {
    file('password', ' \t two words \r\n\n');
    file('bytes', Buffer.from([0xff, 0x00, 0xfe, 0x0a]));
    const read = (source: string) => readVaultPassword({ id: 'a', source }, folder).password();
    expect(Buffer.from(read('password')).toString()).toBe('two words');
    expect([...read('bytes')]).toEqual([0xff, 0x00, 0xfe]);
    expect(errorOf(() => read('missing')).message).toMatch(/there is no such file/);
    expect(errorOf(() => read(file('empty', '\n'))).message).toMatch(/is empty/);
  });

  it.skipIf(process.platform === 'win32')('that are programs print the password', () => {
    const program = (name: string, script: string) => {
      chmodSync(file(name, `#!/bin/sh\n${script}\n`), 0o755);
      return { id: 'dev', source: name };
    };
    const read = (identity: { id: string; source: string }) =>
      Buffer.from(readVaultPassword(identity, folder).password()).toString();
    expect(read(program('ask', 'echo " pass $* "'))).toBe(' pass  ');
    expect(read(program('ask-client.sh', 'echo "pass $*"'))).toBe('pass --vault-id dev');
    expect(errorOf(() => read(program('fails', 'exit 3'))).message).toMatch(
      /exit code 3, asked for the password "dev"/,
    );
    expect(errorOf(() => read(program('silent', 'true'))).message).toMatch(/is empty/);
    chmodSync(file('no-program', 'secret'), 0o755);
    expect(errorOf(() => read({ id: 'x', source: 'no-program' })).hint).toMatch(/executable bit/);
  });
});

it('takes --vault-id apart', () => {
  expect(['dev@file', 'file', 'dev@prompt', '@file', 'a@b@c'].map(parseVaultId)).toEqual([
    { id: 'dev', source: 'file' },
    { id: 'default', source: 'file' },
    { id: 'dev', source: 'prompt' },
    { id: 'default', source: 'file' },
    { id: 'a', source: 'b@c' },
  ]);
});

it('does not show a password when a secret is printed', () => {
  expect(inspect(first) + JSON.stringify(first)).not.toContain('first');
  expect(errorOf(() => typedVaultPassword('dev', ' ')).message).toMatch(/"dev" is empty/);
});

it('knows an encrypted text from a plain one', () => {
  expect([isVaultText(DEV), isVaultText('a: 1'), isVaultText('')]).toEqual([true, false, false]);
});
