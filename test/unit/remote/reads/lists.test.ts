import { describe, expect, it } from 'vitest';
import { crontab } from '../../../../src/remote/reads/crontab.ts';
import { debconf } from '../../../../src/remote/reads/debconf.ts';
import { getent } from '../../../../src/remote/reads/getent.ts';
import { locales } from '../../../../src/remote/reads/locales.ts';
import { packages } from '../../../../src/remote/reads/packages.ts';
import { selection } from '../../../../src/remote/reads/selection.ts';
import { services } from '../../../../src/remote/reads/services.ts';
import { supervisorStatus } from '../../../../src/remote/reads/supervisorStatus.ts';
import { answered } from './answered.ts';

describe('getent', () => {
  it('gives each asking its lines and its exit code', () => {
    const printed = answered('root:x:0:0\n\x1e0\x1e\x1e2\x1e', '\x1eno key\n\x1e');
    expect(
      getent.parse(printed, [
        { database: 'passwd', key: 'root' },
        { database: 'group', key: 'x' },
      ]),
    ).toEqual([
      { stdout: 'root:x:0:0\n', rc: 0, stderr: '' },
      { stdout: '', rc: 2, stderr: 'no key\n' },
    ]);
  });

  it('asks one source where told so', () => {
    expect(getent.script([{ database: 'hosts', key: "it's", service: 'files' }])).toMatch(
      /^getent -s files -- hosts 'it'\\''s';/,
    );
  });
});

describe('supervisorStatus', () => {
  it('asks each supervisord with its own options, and keeps the exit code', () => {
    const asked = [{ argv: ['supervisorctl'] }, { argv: ['supervisorctl', '-c', '/etc/my s.conf'] }];
    expect(supervisorStatus.script(asked)).toContain("supervisorctl -c '/etc/my s.conf' status;");
    const printed = answered('app RUNNING\n\x1e0\x1ebad STOPPED\n\x1e3\x1e', '\x1e\x1e');
    expect(supervisorStatus.parse(printed, asked)).toEqual([
      { stdout: 'app RUNNING\n', rc: 0, stderr: '' },
      { stdout: 'bad STOPPED\n', rc: 3, stderr: '' },
    ]);
  });
});

describe('locales', () => {
  it('names those that are compiled, once for all who ask', () => {
    expect(locales.parse(answered('C\nC.utf8\n'), [{}, {}])).toEqual([
      ['C', 'C.utf8'],
      ['C', 'C.utf8'],
    ]);
  });
});

describe('packages', () => {
  it('lists what is installed', () => {
    const printed = 'installed\tbash\t5.2.15-2\tamd64\tshells\nconfig-files\tnginx\t1.22\tamd64\thttpd\n';
    expect(packages.parse(answered(printed), [{}])).toEqual([
      [{ name: 'bash', version: '5.2.15-2', architecture: 'amd64', section: 'shells' }],
    ]);
  });
});

describe('selection', () => {
  it('finds names with and without an architecture', () => {
    const printed = answered('curl\t\t\t\thold\nlibc6:amd64\t\tinstall\n', '', 1);
    expect(selection.parse(printed, [{ name: 'libc6' }, { name: 'curl' }, { name: 'x' }])).toEqual([
      'install',
      'hold',
      undefined,
    ]);
  });
});

describe('debconf', () => {
  it('gives each package its answers', () => {
    const printed = answered('tzdata/Areas\tEtc\ntzdata/Zones/Asia\t\n\x1e\x1e');
    expect(debconf.parse(printed, [{ package: 'tzdata' }, { package: 'none' }])).toEqual([
      { 'tzdata/Areas': 'Etc', 'tzdata/Zones/Asia': '' },
      {},
    ]);
  });
});

describe('services', () => {
  it('puts together what runs and what is enabled', () => {
    const units = [
      'apache2.service loaded active running The Apache HTTP Server',
      'auditd.service not-found inactive dead auditd.service',
      'e2scrub_reap.service loaded inactive dead Remove Stale Online ext4 Metadata Check Snapshots',
      'app.service loaded failed failed running app',
    ];
    const files = [
      'apache2.service enabled enabled',
      'app.service disabled enabled',
      'getty@.service static -',
      'e2scrub_reap.service enabled enabled',
    ];
    expect(services.parse(answered(`${units.join('\n')}\n\x1e${files.join('\n')}\n`), [{}])[0]).toEqual([
      { name: 'apache2.service', state: 'running', status: 'enabled' },
      { name: 'auditd.service', state: 'stopped', status: 'not-found' },
      { name: 'e2scrub_reap.service', state: 'stopped', status: 'enabled' },
      { name: 'app.service', state: 'stopped', status: 'failed' },
      { name: 'getty@.service', state: 'inactive', status: 'static' },
    ]);
  });

  it('fails without systemd', () => {
    expect(services.parse(answered('', 'not booted with systemd\n', 1), [{}])[0]).toMatchObject({
      message: 'systemd cannot be asked on this host (not booted with systemd)',
    });
  });
});

describe('crontab', () => {
  it('tells an empty one from none', () => {
    expect(
      crontab.parse(answered('\x1e0\x1e\x1e1\x1e0 5 * * * x\n\x1e0\x1e'), [{}, { user: 'a' }, { user: 'b' }]),
    ).toEqual(['', undefined, '0 5 * * * x\n']);
  });
});
