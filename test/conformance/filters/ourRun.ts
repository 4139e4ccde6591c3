import { readFileSync } from 'node:fs';
import { float, TemplateError } from '../../../src/jinja/index.ts';
import { parseYaml } from '../../../src/lib/yaml.ts';
import { ansibleTemplating } from '../../../src/variables/environment.ts';
import { layerOf } from '../../../src/variables/layer.ts';
import { createScope } from '../../../src/variables/scope.ts';
import type { Answer } from './oracleRun.ts';

/** Evaluates expressions over the variables of a file as Flotte does. */
export function ourAnswers(expressions: readonly string[], variablesFile: string): Answer[] {
  const templating = ansibleTemplating(() => '');
  const variables = parseYaml(readFileSync(variablesFile, 'utf8'), { file: variablesFile, float });
  const scope = createScope([layerOf(variables as Record<string, unknown>, 'variables', true)], templating);
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
