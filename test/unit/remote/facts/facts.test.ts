import { hostname, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { COLLECTORS } from '../../../../src/remote/facts/index.ts';
import { chosenCollectors } from '../../../../src/remote/facts/subsets.ts';
import { facts } from '../../../../src/remote/reads/facts.ts';
import { askHere } from '../reads/answered.ts';

const names = (...subset: string[]) => chosenCollectors(subset, COLLECTORS).map(({ name }) => name);

describe('gather_subset', () => {
  it('takes all where nothing is said', () => expect(names()).toEqual(COLLECTORS.map(({ name }) => name)));

  it('always takes the minimum, unless told not to', () => {
    expect(names('network')).toEqual([...names('!all'), 'network']);
    expect(names('!all', '!min', 'network')).toEqual(['network']);
    expect(names('!all')).toContain('distribution');
    expect(names('!all')).not.toContain('hardware');
  });

  it('leaves out what is named with !, unless it is named without it too', () => {
    expect(names('all', '!hardware')).not.toContain('hardware');
    expect(names('!min', 'dns')).toEqual(['dns']);
  });

  it('knows single facts', () =>
    expect(names('!min', 'default_ipv4', 'mounts')).toEqual(['hardware', 'network']));

  it('says what is near a name that it does not know', () => {
    expect(() => names('netwrok')).toThrow(/Bad subset 'netwrok' given. Did you mean "network"\?/);
    expect(names('!netwrok')).toEqual(names('min', '!netwrok'));
  });
});

describe.skipIf(process.platform !== 'linux')('on this machine', () => {
  it.each(['dash', 'bash'])('a %s gathers in one go', (shell) => {
    const asked = { subset: ['all'], factPath: '/nonesuch' };
    const [all, bad, some] = askHere(
      facts,
      [asked, { ...asked, subset: ['nope'] }, { ...asked, subset: ['!all', '!min', 'platform'] }],
      { shell },
    );
    expect(all).toMatchObject({
      ansible_nodename: hostname(),
      ansible_system: 'Linux',
      ansible_memtotal_mb: Math.floor(totalmem() / 2 ** 20),
      ansible_effective_user_id: process.geteuid?.(),
      ansible_env: { LC_ALL: 'C' },
      ansible_local: {},
      module_setup: true,
    });
    expect(bad).toBeInstanceOf(Error);
    expect(some).not.toHaveProperty('ansible_env');
    expect(some).toHaveProperty('ansible_fqdn');
  });
});
