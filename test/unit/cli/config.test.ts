import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/cli/config.ts';
import { SourceError } from '../../../src/lib/sourceError.ts';

let folder: string;
let cwd: string;
let home: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-config-')));
  cwd = join(folder, 'project');
  home = join(folder, 'home');
  mkdirSync(cwd);
  mkdirSync(home);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function config(env: Record<string, string> = {}) {
  return loadConfig({ env, cwd, home });
}

describe('where a setting is looked for', () => {
  test('the environment is stronger than the file, the file than the default', () => {
    writeFileSync(join(cwd, 'ansible.cfg'), '[defaults]\nforks = 7\nremote_user = deploy\n');
    const { settings, file } = config({ ANSIBLE_FORKS: '9' });
    expect(file).toBe(join(cwd, 'ansible.cfg'));
    expect(settings.forks).toEqual({ value: 9, origin: 'ANSIBLE_FORKS' });
    expect(settings.remote_user).toEqual({ value: 'deploy', origin: `${join(cwd, 'ansible.cfg')}:3` });
    expect(settings.host_key_checking).toEqual({ value: true, origin: 'default' });
  });

  test('ANSIBLE_CONFIG names a file or its folder, and is stronger than the current folder', () => {
    writeFileSync(join(cwd, 'ansible.cfg'), '[defaults]\nforks = 7\n');
    writeFileSync(join(home, 'ansible.cfg'), '[defaults]\nforks = 8\n');
    expect(config({ ANSIBLE_CONFIG: join(home, 'ansible.cfg') }).settings.forks.value).toBe(8);
    expect(config({ ANSIBLE_CONFIG: '~' }).settings.forks.value).toBe(8);
  });

  test('the home folder comes last', () => {
    writeFileSync(join(home, '.ansible.cfg'), '[defaults]\nforks = 8\n');
    expect(config().settings.forks.value).toBe(8);
  });

  test('a folder in which everyone may write is not trusted', () => {
    writeFileSync(join(cwd, 'ansible.cfg'), '[defaults]\nforks = 7\n');
    chmodSync(cwd, 0o777);
    const { settings, warnings } = config();
    expect(settings.forks.origin).toBe('default');
    expect(warnings[0]).toContain('everyone may write');
  });
});

describe('values', () => {
  test('paths start at the file that names them, ~ and variables are known', () => {
    const etc = join(home, 'etc');
    mkdirSync(etc);
    writeFileSync(
      join(etc, 'a.cfg'),
      '[defaults]\nroles_path = roles:~/mine:$ROLES/more\nprivate_key_file = key\n',
    );
    const { settings } = config({ ANSIBLE_CONFIG: join(etc, 'a.cfg'), ROLES: '/srv' });
    expect(settings.roles_path.value).toEqual([join(etc, 'roles'), join(home, 'mine'), '/srv/more']);
    expect(settings.private_key_file.value).toBe(join(etc, 'key'));
  });

  test('inventories are several files or a list of hosts', () => {
    expect(config({ ANSIBLE_INVENTORY: 'a,/b' }).settings.inventory.value).toEqual([join(cwd, 'a'), '/b']);
    expect(config({ ANSIBLE_INVENTORY: 'web1,web2,' }).settings.inventory.value).toEqual(['web1,web2,']);
  });

  test('comments, quotes, continued lines, either delimiter', () => {
    writeFileSync(
      join(cwd, 'ansible.cfg'),
      [
        '# a comment',
        '[defaults]',
        'Forks: 3 ; three',
        '; forks = 4',
        'vault_identity_list = dev@a,',
        '    prod@b',
        'remote_user = "deploy"',
        '[ssh_connection]',
        'ssh_args = -o ControlPath=%%h',
        '[colors]',
        'ok = green',
      ].join('\n'),
    );
    const { settings, unused } = config();
    expect(settings.forks.value).toBe(3);
    expect(settings.vault_identity_list.value).toEqual(['dev@a', 'prod@b']);
    expect(settings.remote_user.value).toBe('deploy');
    expect(settings.ssh_args.value).toBe('-o ControlPath=%h');
    expect(unused).toEqual(['colors.ok']);
  });

  test('a wrong value names its file and line, or its variable', () => {
    writeFileSync(join(cwd, 'ansible.cfg'), '[defaults]\n\nhost_key_checking = maybe\n');
    const error = (() => {
      try {
        config();
      } catch (thrown) {
        return thrown;
      }
    })() as SourceError;
    expect(error).toBeInstanceOf(SourceError);
    expect(error.place).toEqual({ file: join(cwd, 'ansible.cfg'), line: 3, column: 1 });
    expect(error.message).toContain('yes or no');
    expect(() =>
      config({ ANSIBLE_CONFIG: '/nowhere', ANSIBLE_FORKS: 'x', ANSIBLE_HOST_KEY_CHECKING: 'no' }),
    ).toThrow('ANSIBLE_FORKS is "x": a whole number is needed');
  });

  test('a file that is none says where', () => {
    writeFileSync(join(cwd, 'ansible.cfg'), 'forks = 3\n');
    expect(() => config()).toThrow('a section such as [defaults] is needed');
  });
});
