import { describe, expect, it } from 'vitest';
import { unit } from '../../../../src/remote/reads/unit.ts';
import { answered } from './answered.ts';

const CRON = 'Id=cron.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n';
const NONE = 'Id=nonesuch.service\nLoadState=not-found\nActiveState=inactive\n';

describe('unit', () => {
  it('answers in the order asked, by scope', () => {
    const printed = answered(`${CRON}\n${NONE}0\x1eId=sync.timer\nLoadState=loaded\n0\x1e0\x1e`);
    const asked = [
      { name: 'cron.service' },
      { name: 'sync.timer', scope: 'user' as const },
      { name: 'nonesuch.service' },
    ];
    expect(unit.parse(printed, asked)).toMatchObject([
      { LoadState: 'loaded', UnitFileState: 'enabled' },
      { Id: 'sync.timer' },
      { LoadState: 'not-found' },
    ]);
  });

  it('keeps commands of several lines whole', () => {
    const exec = '{ path=/bin/sh ; argv[]=/bin/sh -c one\n\ntwo ; status=0/0 }';
    const printed = answered(`Id=a.service\nExecStart=${exec}\nLoadState=loaded\n0\x1e0\x1e0\x1e`);
    expect(unit.parse(printed, [{ name: 'a.service' }])).toEqual([
      { Id: 'a.service', ExecStart: exec, LoadState: 'loaded' },
    ]);
  });

  it('says why systemd does not answer', () => {
    const said = 'System has not been booted with systemd as init system (PID 1).';
    const [answer] = unit.parse(answered('1\x1e0\x1e0\x1e', `${said}\n\x1e\x1e\x1e`), [
      { name: 'a.service' },
    ]);
    expect(answer).toMatchObject({ message: expect.stringContaining(said) });
  });

  it('asks for no patterns', () => {
    const asked = [{ name: 'a*.service' }];
    expect(unit.script(asked)).not.toContain('a*');
    expect(unit.parse(answered('0\x1e0\x1e0\x1e'), asked)[0]).toMatchObject({
      message: expect.stringContaining('a*'),
    });
  });
});
