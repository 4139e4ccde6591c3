import { describe, expect, it } from 'vitest';
import { factsOf } from './rawFacts.ts';

describe('facts of who works on the host', () => {
  it('name the user, by passwd and by the process', () => {
    const facts = factsOf('user', {
      files: { '/proc/self/status': 'Name:\tgrep\nUid:\t1000\t0\t0\t0\nGid:\t1001\t5\t5\t5\n' },
      parts: { passwd: 'deploy:x:1000:1001:De Ploy,,,:/home/deploy:/bin/bash\n' },
    });
    expect(facts).toEqual({
      user_id: 'deploy',
      user_uid: 1000,
      user_gid: 1001,
      user_gecos: 'De Ploy,,,',
      user_dir: '/home/deploy',
      user_shell: '/bin/bash',
      real_user_id: 1000,
      effective_user_id: 0,
      real_group_id: 1001,
      effective_group_id: 5,
    });
  });

  it('keep newlines in the environment', () => {
    expect(factsOf('env', { parts: { env: 'HOME=/root\0TWO=a\nb=c\0' } }).env).toEqual({
      HOME: '/root',
      TWO: 'a\nb=c',
    });
  });

  it('tell the time in the zone of the host', () => {
    const date = [
      '1795356000 655347012 2026 11 Sunday 0 46 22 15 00 00 CET +0100',
      '1767222000 000000000 2026 01 Thursday 4 00 01 00 00 00 CET +0100',
      '1782856800 000000000 2026 07 Wednesday 3 26 01 00 00 00 CEST +0200',
    ];
    expect(factsOf('date_time', { parts: { date: date.join('\n') } }).date_time).toEqual({
      year: '2026',
      month: '11',
      weekday: 'Sunday',
      weekday_number: '0',
      weeknumber: '46',
      day: '22',
      hour: '15',
      minute: '00',
      second: '00',
      epoch: '1795356000',
      epoch_int: '1795356000',
      date: '2026-11-22',
      time: '15:00:00',
      iso8601_micro: '2026-11-22T14:00:00.655347Z',
      iso8601: '2026-11-22T14:00:00Z',
      iso8601_basic: '20261122T150000655347',
      iso8601_basic_short: '20261122T150000',
      tz: 'CET',
      tz_dst: 'CEST',
      tz_offset: '+0100',
    });
  });

  it('list name servers and options', () => {
    const conf =
      '# by hand\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch example.org example.net\noptions timeout:1 rotate\n';
    expect(factsOf('dns', { files: { '/etc/resolv.conf': conf } }).dns).toEqual({
      nameservers: ['10.0.0.2', '10.0.0.3'],
      search: ['example.org', 'example.net'],
      options: { timeout: '1', rotate: true },
    });
  });

  it("show the host's keys", () => {
    expect(
      factsOf('ssh_pub_keys', {
        files: { '/etc/ssh/ssh_host_ed25519_key.pub': 'ssh-ed25519 AAAAC3 root@host1\n' },
      }),
    ).toEqual({
      ssh_host_key_ed25519_public: 'AAAAC3',
      ssh_host_key_ed25519_public_keytype: 'ssh-ed25519',
    });
  });
});

describe('local facts', () => {
  it('are read as JSON or INI, and say where neither fits', () => {
    const D = '/etc/ansible/facts.d';
    const ini = '[DEFAULT]\nport = 80\n[general]\n; a comment\nName=App\nwords: one\n  two\n[empty]\n';
    const local = `\x1d${D}/app.fact\n${ini}\x1d\x1d${D}/made.fact\n{"a": [1, 2]}\x1d0\x1d${D}/bad.fact\nnonsense\x1d\x1d${D}/broken.fact\n\x1d3`;
    expect(factsOf('local', { parts: { local } }).local).toEqual({
      app: { general: { port: '80', name: 'App', words: 'one\ntwo' }, empty: { port: '80' } },
      made: { a: [1, 2] },
      bad: `error loading facts as JSON or ini - please check content: ${D}/bad.fact`,
      broken: `Failure executing fact script (${D}/broken.fact), rc: 3`,
    });
  });
});
