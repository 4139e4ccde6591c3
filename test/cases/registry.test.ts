import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeParams, parseParams } from '../../src/module/parseParams.ts';
import { findModule, loadModule, moduleNames } from '../../src/modules/index.ts';
import { readCases } from './caseFile.ts';

const MODULES = join(import.meta.dirname, '../../src/modules');
const cases = readCases(import.meta.dirname);

// What these do cannot be told beforehand, or is to fail: there is no state in which nothing is to be done.
const NEVER_NONE = ['django_manage', 'fail', 'raw', 'reboot', 'tempfile'];
// These take names of the user's own as parameters.
const ANY_PARAMETER = ['set_fact', 'add_host'];

describe('the registry', () => {
  it('has every file in src/modules, and nothing else', () => {
    const files = readdirSync(MODULES).flatMap((name) =>
      name === 'index.ts' ? [] : [name.replace(/\.ts$/, '')],
    );
    expect(moduleNames()).toEqual(files.sort());
  });

  it('has cases for every module, and no cases without a module', () => {
    expect(Object.keys(cases).sort()).toEqual(moduleNames());
  });

  it('finds a module by its short name and by its names with a collection', () => {
    const known = { name: 'debug', collection: 'ansible.builtin' };
    expect(findModule('debug')).toEqual(known);
    expect(findModule('ansible.builtin.debug')).toEqual(known);
    expect(findModule('ansible.legacy.debug')).toEqual(known);
    expect(findModule('community.general.debug')).toBeUndefined();
    expect(findModule('ansible.posix.apache2_module')).toBeUndefined();
    expect(findModule('toString')).toBeUndefined();
    expect(findModule('')).toBeUndefined();
  });

  it('finds the second of two modules with one short name by its full name', () => {
    expect(findModule('dpkg_divert')?.collection).toBe('community.general');
    expect(findModule('debops.debops.dpkg_divert')).toEqual({
      name: 'debops_dpkg_divert',
      collection: 'debops.debops',
    });
  });

  it('finds a module by the name of the collection that it has moved out of', () => {
    const known = { name: 'authorized_key', collection: 'ansible.posix' };
    expect(findModule('ansible.builtin.authorized_key')).toEqual(known);
    expect(findModule('community.general.authorized_key')).toEqual(known);
    expect(findModule('community.general.apache2_site')).toBeUndefined();
  });
});

describe.each(moduleNames())('%s', (name) => {
  it('says what it is, under the name of its file', async () => {
    const module = await loadModule(name);
    expect(module.name).toBe(name);
    expect(module.doc).toMatch(/^[A-Z].*\.$/s);
    expect(findModule(`${module.collection}.${name}`)).toEqual({ name, collection: module.collection });
  });

  it('describes each parameter', async () => {
    const module = await loadModule(name);
    const params = describeParams(module);
    for (const param of params) expect(param.description, param.name).toMatch(/^[A-Z].*\.$/s);
    for (const [alias, of] of Object.entries(module.aliases ?? {})) {
      expect(params.map((param) => param.name)).toContain(of);
      expect(params.map((param) => param.name)).not.toContain(alias);
    }
    for (const special of [module.freeForm ?? [], module.untemplated ?? []].flat()) {
      expect(params.map((param) => param.name)).toContain(special);
    }
  });

  it('refuses a parameter that it does not have', async () => {
    const parsed = parseParams(await loadModule(name), { no_such_parameter: 1 });
    if (ANY_PARAMETER.includes(name)) return;
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map((problem) => problem.parameter)).toContain('no_such_parameter');
  });

  it('has a case without a change and one of bad parameters', () => {
    const all = Object.values(cases[name] ?? {});
    const quiet = all.filter(
      ({ plan }) => plan === 'none' || (typeof plan === 'object' && 'skipped' in plan),
    );
    if (!NEVER_NONE.includes(name)) expect(quiet).not.toEqual([]);
    expect(all.filter((one) => one.bad !== undefined)).not.toEqual([]);
  });
});
