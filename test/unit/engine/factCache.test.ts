import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonFactCache } from '../../../src/engine/factCache.ts';
import { play, type Ran } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotte-facts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the cache', () => {
  it('keeps facts by host, forgets them, and takes none that are too old', () => {
    const cache = jsonFactCache(join(folder, 'new'), 'p_', 60);
    cache.save('web1', { ansible_system: 'Linux' });
    expect(cache.load('web1')).toEqual({ ansible_system: 'Linux' });
    expect(readdirSync(join(folder, 'new'))).toEqual(['p_s1_web1']);
    expect(cache.load('web2')).toBeUndefined();
    utimesSync(join(folder, 'new', 'p_s1_web1'), 0, Date.now() / 1000 - 61);
    expect(cache.load('web1')).toBeUndefined();
    expect(jsonFactCache(join(folder, 'new'), 'p_', 0).load('web1')).toBeDefined();
    cache.forget('web1');
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });

  it('reads what ansible-core wrote: its present form with notes on values, and its older plain one', () => {
    const tagged = { __ansible_type: '_AnsibleTaggedStr', value: 'x', tags: [] };
    const list = { __ansible_type: '_AnsibleTaggedList', value: [tagged, 1], tags: [] };
    writeFileSync(join(folder, 's1_new'), JSON.stringify({ __payload__: JSON.stringify({ mine: list }) }));
    writeFileSync(join(folder, 'old'), JSON.stringify({ ansible_system: 'Linux' }));
    writeFileSync(join(folder, 's1_broken'), '{');
    const cache = jsonFactCache(folder, '', 0);
    expect(cache.load('new')).toEqual({ mine: ['x', 1] });
    expect(cache.load('old')).toEqual({ ansible_system: 'Linux' });
    expect(cache.load('broken')).toBeUndefined();
  });
});

describe('runs with a cache', () => {
  const smart = (files: Record<string, string>): Promise<Ran> =>
    play(files, { gathering: 'smart' }, { factCache: jsonFactCache(folder, '', 0) });
  const gathered = (lines: string[]): boolean => lines.some((line) => line.includes('Gathering Facts'));

  it('gather once, know facts and cacheable variables later, and gather again when they are cleared', async () => {
    const first = await smart({
      'site.yml': `- hosts: a
  gather_subset: [min]
  tasks:
    - set_fact: {kept: "{{ [1, 'x'] }}", cacheable: true}
    - set_fact: {lost: 1}
`,
    });
    expect(gathered(first.lines)).toBe(true);
    const second = await smart({
      'site.yml': `- hosts: a
  gather_facts: true
  tasks:
    - debug: {msg: "{{ [kept, lost is defined, ansible_system, ansible_facts.kept] }}"}
    - meta: clear_facts
    - debug: {msg: "{{ ansible_system is defined }}"}
`,
    });
    expect(gathered(second.lines)).toBe(false);
    expect(second.said).toEqual([[[1, 'x'], false, 'Linux', [1, 'x']], false]);
    expect(readdirSync(folder)).toEqual([]);
    const third = await smart({ 'site.yml': '- hosts: a\n  tasks: []\n' });
    expect(gathered(third.lines)).toBe(true);
  });
});
