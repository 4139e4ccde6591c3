import { dirname, join, resolve } from 'node:path';
import { limitHosts } from '../inventory/limit.ts';
import { loadInventory } from '../inventory/load.ts';
import { float, TemplateError, toText } from '../jinja/index.ts';
import { readText } from '../lib/readText.ts';
import { SourceError, type SourceWarning } from '../lib/sourceError.ts';
import { parseYaml, type VaultText } from '../lib/yaml.ts';
import { findModule, loadModule, moduleNames } from '../modules/index.ts';
import { loadPlaybook, loadPlays, playbookFile } from '../playbook/load.ts';
import type { Loading } from '../playbook/loading.ts';
import type { Play } from '../playbook/model.ts';
import { constructingWith } from '../variables/constructing.ts';
import { ansibleTemplating } from '../variables/environment.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import { createMasker } from '../variables/masking.ts';
import { createScope } from '../variables/scope.ts';
import { describeTemplateError, plainControlSide, type Templating } from '../variables/templating.ts';
import { checkPlays } from './checks.ts';
import { type Prepared, ProblemsError, type Subject } from './prepared.ts';

/** Reads inventory and playbooks and checks all that can be checked without a host. Throws ProblemsError, SourceError. */
export async function prepare(subject: Subject): Promise<Prepared> {
  const masker = createMasker();
  const warnings: SourceWarning[] = [];
  const openValue = (value: VaultText): string => {
    const text = subject.vault.openValue(value);
    masker.add(text);
    return text;
  };
  const plain = plainControlSide(openValue);
  const templating = ansibleTemplating(openValue, {
    ...plain,
    setting: subject.setting ?? plain.setting,
    warn: (message) => warnings.push({ message }),
  });
  const extraVars = extraLayer(subject);
  const text = (file: string): string => subject.vault.openFile(readText(file), file);
  const inventory = loadInventory(subject.inventory, {
    cwd: subject.cwd,
    constructing: constructingWith(templating),
    readText: text,
    warn: (warning) => warnings.push(warning),
  });
  const loading = newLoading(subject, templating, extraVars, text, warnings);
  const playbooks = await loadAll(subject, loading);
  const plays = playbooks.flat();
  const limit = subject.limit === undefined ? undefined : limitHosts(inventory, subject.limit, subject.cwd);
  const prepared: Prepared = {
    subject,
    inventory,
    limit,
    plays,
    playCounts: playbooks.map((each) => each.length),
    templating,
    masker,
    extraVars,
    loading,
    readText: text,
    warnings,
  };
  loading.problems.push(...checkPlays(prepared));
  if (loading.problems.length > 0) throw new ProblemsError(loading.problems);
  return prepared;
}

function extraLayer(subject: Subject): Layer {
  const layers = subject.extraVars.map(({ values, origin }) => layerOf(values, origin, true)).reverse();
  const [first] = layers;
  if (layers.length === 1 && first) return first;
  const values = new Map<unknown, unknown>();
  for (const layer of layers.toReversed())
    for (const name of layer.names()) values.set(name, layer.get(name));
  return layerOf(values, 'the command line', true);
}

async function loadAll(subject: Subject, loading: Loading): Promise<Play[][]> {
  const playbooks: Play[][] = [];
  if (subject.plays !== undefined)
    playbooks.push(await loadPlays(subject.plays, resolve(subject.cwd, 'the command line'), loading));
  for (const given of subject.playbooks) {
    const plays = await loadPlaybook(playbookFile(given, subject.cwd, loading), loading);
    for (const play of plays) play.given = given;
    playbooks.push(plays);
  }
  return playbooks;
}

function newLoading(
  subject: Subject,
  templating: Templating,
  extraVars: Layer,
  text: (file: string) => string,
  warnings: SourceWarning[],
): Loading {
  let count = 0;
  const [first] = subject.playbooks;
  const folder = first ? dirname(resolve(subject.cwd, first)) : subject.cwd;
  return {
    problems: [],
    warnings,
    rolesPath: subject.rolesPath,
    // Beside the first playbook, also for those that it imports from elsewhere.
    collectionsPath: [join(folder, 'collections'), ...(subject.collectionsPath ?? [])],
    playDefaults: subject.playDefaults ?? {},
    folder,
    readYaml: (file) => parseYaml(text(file), { file, float, warn: (warning) => warnings.push(warning) }),
    template(source, place, variables) {
      const known = layerOf({ playbook_dir: this.folder }, 'magic variables', true);
      const layers = [
        known,
        extraVars,
        ...variables.map(({ values, origin }) => layerOf(values, origin, true)),
      ];
      try {
        const value = templating.value(source, createScope(layers, templating), { place });
        return Array.isArray(value) ? value.map(toText).join(',') : toText(value);
      } catch (error) {
        throw staticTemplateError(error, place);
      }
    },
    loadModule: async (name) => (findModule(name) ? loadModule(name) : undefined),
    moduleNames,
    roles: new Map(),
    usedRoles: new Map(),
    nextId: () => `t${++count}`,
  };
}

function staticTemplateError(error: unknown, place: SourceError['place']): unknown {
  if (!(error instanceof TemplateError)) return error;
  const { message, place: at } = describeTemplateError(error);
  const hint =
    "This is needed before any host is known: only -e variables and the play's own vars can be used here.";
  return new SourceError(message, at ?? place, hint);
}
