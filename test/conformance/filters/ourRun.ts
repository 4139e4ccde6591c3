import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { float, TemplateError } from '../../../src/jinja/index.ts';
import { parseYaml } from '../../../src/lib/yaml.ts';
import { ansibleTemplating } from '../../../src/variables/environment.ts';
import { layerOf } from '../../../src/variables/layer.ts';
import { createScope } from '../../../src/variables/scope.ts';
import { OMIT } from '../../../src/variables/templating.ts';
import type { Answer } from './oracleRun.ts';

/** Evaluates expressions as Flotte does, for a playbook in `folder` whose variables are in `vars.yml` there. */
export function ourAnswers(expressions: readonly string[], folder: string): Answer[] {
  const templating = ansibleTemplating(() => '');
  const file = join(folder, 'vars.yml');
  const variables = parseYaml(readFileSync(file, 'utf8'), { file, float }) as Record<string, unknown>;
  const magic = {
    playbook_dir: folder,
    groups: { all: ['localhost'], ungrouped: ['localhost'] },
    omit: OMIT,
  };
  const layers = [layerOf(magic, 'magic', false), layerOf(variables, 'variables', true)];
  const scope = createScope(layers, templating);
  const render = (template: string): string =>
    templating.value(template, scope, { title: 'expression' }) as string;
  return expressions.map((expression) => {
    try {
      return {
        type: render(`{{ (${expression}) | type_debug }}`),
        json: render(`{{ (${expression}) | to_json }}`),
        text: render(`:{{ ${expression} }}`).slice(1),
      };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { failed: error.message };
    }
  });
}
