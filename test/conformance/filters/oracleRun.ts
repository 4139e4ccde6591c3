import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { oracleEnvironment } from '../oracle.ts';

const run = promisify(execFile);

/** What an expression gave: its type, its value as JSON and its text, or that it failed. */
export type Answer = { type: string; json: string; text: string } | { failed: string };

/**
 * Evaluates expressions with the real ansible-playbook, all in one run of a playbook that is put into `folder` beside
 * the file of its variables, `vars.yml`.
 */
export async function oracleAnswers(
  oracle: string,
  expressions: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Answer[]> {
  const playbook = join(folder, 'play.yml');
  const results = join(folder, 'results.json');
  // JSON is YAML as well; lists of templates are rendered item by item, so that one that fails fails alone.
  const play = {
    hosts: 'localhost',
    gather_facts: false,
    vars_files: ['vars.yml'],
    vars: {
      ansible_python_interpreter: '{{ ansible_playbook_python }}',
      values: expressions.map((expression) => `{{ ${expression} }}`),
      texts: expressions.map((expression) => `:{{ ${expression} }}`),
      types: expressions.map((expression) => `{{ (${expression}) | type_debug }}`),
    },
    tasks: [
      {
        debug: {
          msg: '{{ {"type": types[index], "json": values[index] | to_json, "text": texts[index][1:]} | to_json }}',
        },
        loop: expressions.map((_, index) => index),
        loop_control: { loop_var: 'index' },
        register: 'answers',
        ignore_errors: true,
      },
      { copy: { content: '{{ answers.results | map(attribute="msg") | to_json }}', dest: results } },
    ],
  };
  writeFileSync(playbook, JSON.stringify([play]));
  await run(join(oracle, 'bin', 'ansible-playbook'), ['-i', 'localhost,', '-c', 'local', playbook], {
    cwd: folder,
    env: { ...oracleEnvironment(oracle), ...environment },
    maxBuffer: 1 << 28,
  });
  return (JSON.parse(readFileSync(results, 'utf8')) as unknown[]).map(answerOf);
}

function answerOf(msg: unknown): Answer {
  const text = String(msg);
  try {
    const answer = JSON.parse(text) as Answer;
    if (typeof answer === 'object' && 'json' in answer) return answer;
  } catch {
    // The message of a failure is no JSON.
  }
  return { failed: text };
}
