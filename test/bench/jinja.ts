/**
 * How many times a second a small cached condition is evaluated, with 300 variables in the scope.
 * Prints one line for each expression. Run it as `node dist-test/test/bench/jinja.js` after
 * `npx tsc -p tsconfig.json`.
 */
import {
  compileExpression,
  compileTemplate,
  createEnvironment,
  MISSING,
  type Scope,
} from '../../src/jinja/index.ts';

const environment = createEnvironment({ trimBlocks: true });

const variables = new Map<string, unknown>([
  ['ansible_os_family', 'Debian'],
  ['groups', { x: ['a', 'b'], all: ['a', 'b', 'c'] }],
  ['result', { rc: 0, stdout: 'ok', changed: false }],
  ['items', ['nginx', 'apache2', 'php']],
]);
for (let index = variables.size; index < 300; index++) variables.set(`variable_${index}`, index);
variables.set('foo', true);

const scope: Scope = { get: (name) => (variables.has(name) ? variables.get(name) : MISSING) };

const expressions = [
  "ansible_os_family == 'Debian' and (foo | default(false)) and 'x' in groups",
  "ansible_os_family == 'Debian' and (nope | default(true)) and 'x' in groups",
  "result.rc != 0 or 'ok' not in result.stdout",
];

const template = '{% for name in items %}{{ loop.index }}: {{ name | upper }}\n{% endfor %}';

/** Runs for about a second and answers how often that was. */
function rate(run: () => unknown): number {
  for (let warm = 0; warm < 20_000; warm++) run();
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < 1000) {
    for (let index = 0; index < 1000; index++) run();
    count += 1000;
    elapsed = performance.now() - start;
  }
  return Math.round((count / elapsed) * 1000);
}

function report(title: string, run: () => unknown): void {
  console.log(`${rate(run).toLocaleString('en').padStart(12)} a second  ${title}`);
}

for (const source of expressions) {
  const place = { filename: 'bench', line: 1 };
  const compiled = compileExpression(environment, source, place);
  report(source, () => compiled.evaluate(scope));
  report(`${source} (found in the cache each time)`, () =>
    compileExpression(environment, source, place).evaluate(scope),
  );
}
const compiled = compileTemplate(environment, template, { filename: 'bench' });
report(template.replaceAll('\n', '\\n'), () => compiled.render(scope));
