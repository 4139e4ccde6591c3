import { describe, expect, it } from 'vitest';
import type { Group, Passwd } from '../../../src/module/reads.ts';
import { openPlannedAccounts } from '../../../src/remote/plannedAccounts.ts';

const anna: Passwd = {
  name: 'anna',
  uid: 1000,
  gid: 1000,
  gecos: '',
  home: '/home/anna',
  shell: '/bin/sh',
  groups: ['web'],
  group: 'anna',
};
const ben: Passwd = { ...anna, name: 'ben', uid: 1001, groups: [] };
const web: Group = { name: 'web', gid: 5100, members: ['anna', 'carl'] };
const real = (answer?: Passwd | Group) => async () => answer;

describe('accounts that are planned', () => {
  it('are found by their numbers', async () => {
    const accounts = openPlannedAccounts();
    accounts.bring({ users: { anna: { ...anna, uid: 5001 } }, groups: { web } });
    expect(await accounts.passwd({ uid: 5001 }, real())).toMatchObject({ name: 'anna' });
    expect(await accounts.group({ gid: 5100 }, real())).toMatchObject({ name: 'web' });
  });

  it('have left the numbers that they had', async () => {
    const accounts = openPlannedAccounts();
    accounts.bring({ users: { anna: { ...anna, uid: 5001 }, ben: undefined }, groups: { web } });
    expect(await accounts.passwd({ uid: 1000 }, real(anna))).toBeUndefined();
    expect(await accounts.passwd({ uid: 1001 }, real(ben))).toBeUndefined();
    expect(await accounts.group({ gid: 27 }, real({ ...web, gid: 27 }))).toBeUndefined();
  });

  it('are in their groups, and those that are gone are in none', async () => {
    const accounts = openPlannedAccounts();
    accounts.bring({ users: { anna: undefined, ben: { ...ben, groups: ['web'], group: 'ben' } } });
    expect(await accounts.group({ name: 'web' }, real(web))).toEqual({ ...web, members: ['carl', 'ben'] });
    const own = { name: 'ben', gid: 1001, members: [], primaryOf: ['anna', 'dora'] };
    expect(await accounts.group({ name: 'ben', primaryOf: true }, real(own))).toEqual({
      ...own,
      primaryOf: ['dora', 'ben'],
    });
  });

  it('take the new number of their primary group', async () => {
    const accounts = openPlannedAccounts();
    accounts.bring({ groups: { anna: { name: 'anna', gid: 6000, members: [] } } });
    expect(await accounts.passwd({ name: 'anna' }, real(anna))).toMatchObject({ gid: 6000 });
  });

  it('leave everybody else alone', async () => {
    const accounts = openPlannedAccounts();
    accounts.bring({ users: { anna: undefined }, groups: { web: undefined } });
    expect(await accounts.passwd({ name: 'ben' }, real(ben))).toEqual(ben);
    expect(await accounts.group({ name: 'web' }, real(web))).toBeUndefined();
  });
});
