import { describe, expect, it } from 'vitest';
import { learn, newHostState, packAway } from '../../../src/engine/hostState.ts';
import { play } from './harness.ts';

describe('what a host said', () => {
  it('is there again when it is asked for after it was packed away', () => {
    const host = newHostState('a');
    host.facts.ansible_distribution = 'Debian';
    learn(host, 'answer', { stdout: 'ok' }, undefined);
    packAway(host);
    expect(host.learned).toEqual({ answer: { stdout: 'ok' } });
    learn(host, 'more', 1, undefined);
    expect(host.learned).toEqual({ answer: { stdout: 'ok' }, more: 1 });
    expect(host.facts).toEqual({ ansible_distribution: 'Debian' });
  });

  it('is seen by other hosts, of which it was done before', async () => {
    const { said, exitCode } = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - set_fact: {word: first}
- hosts: b
  gather_facts: false
  tasks:
    - debug: {msg: "{{ hostvars['a'].word }} {{ hostvars['a'].inventory_hostname }}"}
`,
    });
    expect(exitCode).toBe(0);
    expect(said).toEqual(['first a']);
  });
});
