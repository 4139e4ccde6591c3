import { describe, expect, it } from 'vitest';
import { aptListsTime } from '../../../../src/remote/reads/aptListsTime.ts';
import { aptNames } from '../../../../src/remote/reads/aptNames.ts';
import { aptSimulate } from '../../../../src/remote/reads/aptSimulate.ts';
import { packageState } from '../../../../src/remote/reads/package.ts';
import { answered } from './answered.ts';

describe('package', () => {
  const printed = [
    'libc6\tamd64\tinstalled\tinstall\t2.36-9+deb12u14',
    'libc6\ti386\tinstalled\tinstall\t2.36-9+deb12u13',
    'apache2\tamd64\tconfig-files\tdeinstall\t2.4.62-1',
    'tzdata\tall\tinstalled\thold\t2025b-0',
    'awk\t\tnot-installed\tunknown\t',
    '',
  ].join('\n');
  const ask = (...names: string[]) =>
    packageState.parse(
      answered(`${printed}\x1etzdata:amd64\nlibc6:i386\n`, '', 1),
      names.map((name) => ({ name })),
    );

  it('answers each by its name and architecture', () => {
    expect(ask('libc6:i386', 'apache2', 'nonesuch', 'awk')).toEqual([
      { status: 'installed', architecture: 'i386', version: '2.36-9+deb12u13', auto: true },
      { status: 'config-files', architecture: 'amd64', version: '2.4.62-1' },
      undefined,
      undefined,
    ]);
  });

  it('tells what is held', () => {
    expect(ask('tzdata:amd64')).toEqual([
      { status: 'installed', architecture: 'all', version: '2025b-0', hold: true, auto: true },
    ]);
  });

  it('fails where there is no dpkg', () => {
    expect(packageState.parse(answered('', '', 127), [{ name: 'x' }])[0]).toBeInstanceOf(Error);
  });
});

describe('aptSimulate', () => {
  const stdout = [
    'Reading package lists...',
    'The following packages will be upgraded:',
    '  bash',
    'Remv vim [2:9.0.1378-2+deb12u2]',
    'Purg nano [7.2-1+deb12u1]',
    'Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])',
    'Inst libapr1 (1.7.2-3+deb12u1 Debian:12.15/oldstable [amd64])',
    'Conf bash (5.2.15-2+b13 Debian:12.15/oldstable [amd64])',
    '0\x1e',
  ].join('\n');

  it('reads what would come, change and go', () => {
    const [one, other] = aptSimulate.parse(
      answered(
        `${stdout}Reading package lists...\n100\x1e`,
        '\x1eE: Unable to locate package nonesuch\n\x1e',
      ),
      [{ args: ['install', 'bash'] }, { args: ['install', 'nonesuch'] }],
    );
    expect(one).toMatchObject({
      rc: 0,
      install: [
        { name: 'bash', version: '5.2.15-2+b13', from: '5.2.15-2+b8' },
        { name: 'libapr1', version: '1.7.2-3+deb12u1' },
      ],
      remove: [
        { name: 'vim', version: '2:9.0.1378-2+deb12u2', purge: false },
        { name: 'nano', version: '7.2-1+deb12u1', purge: true },
      ],
      stderr: '',
    });
    expect(other).toMatchObject({ rc: 100, install: [], stderr: 'E: Unable to locate package nonesuch\n' });
  });

  it('forgets the attempt that lacked permission', () => {
    const first = 'Reading package lists...\nInst wrong (1 x [all])\n\x1d';
    const [only] = aptSimulate.parse(answered(`${first}${stdout}`, '\x1e'), [{ args: ['install', 'bash'] }]);
    expect(only).toMatchObject({ rc: 0, install: [{ name: 'bash' }, { name: 'libapr1' }] });
  });
});

describe('aptNames', () => {
  it('gives each pattern its names, sorted', () => {
    const printed = answered('apache2-bin\napache2\n\x1e\x1e');
    expect(aptNames.parse(printed, [{ pattern: 'apache2*' }, { pattern: 'none*' }])).toEqual([
      ['apache2', 'apache2-bin'],
      [],
    ]);
  });

  it.each([
    ['g++-1?', "'^g\\+\\+-1[^:]$'"],
    ['lib[!a]*', "'^lib[^a][^:]*$'"],
    ['*:i386', "'^.*:i386$'"],
  ])('asks grep for %s', (pattern, expression) => {
    expect(aptNames.script([{ pattern }])).toContain(`grep -E -e ${expression};`);
  });
});

describe('aptListsTime', () => {
  it('reads both times', () => {
    expect(aptListsTime.parse(answered('1795354144\n1795356147\n'), [{}])).toEqual([
      { updated: 1795354144, now: 1795356147 },
    ]);
  });
});
