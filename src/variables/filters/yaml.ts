import { define, float, isTruthy, requireInteger, toText, typeError } from '../../jinja/index.ts';
import { parseYaml } from '../../lib/yaml.ts';
import type { Callables } from './register.ts';
import { emitYaml } from './yamlEmitter.ts';
import { nodesOf } from './yamlText.ts';

const OPTIONS = [
  'indent',
  'width',
  'sort_keys',
  'default_flow_style',
  'default_style',
  'explicit_start',
  'explicit_end',
];
// They choose between representations of vault values, of which there is only the text here.
const IGNORED = ['vault_behavior', 'dump_vault_tags'];

function toYaml(value: unknown, options: Record<string, unknown>): string {
  const odd = Object.keys(options).find((name) => !OPTIONS.includes(name) && !IGNORED.includes(name));
  if (odd !== undefined) throw typeError(`there is no argument '${odd}' (known: ${OPTIONS.join(', ')})`);
  const {
    indent = null,
    width = null,
    sort_keys = true,
    default_flow_style = null,
    default_style = null,
  } = options;
  const scalarStyle = default_style === null ? null : toText(default_style);
  const nodes = nodesOf(value, {
    sortKeys: isTruthy(sort_keys),
    flowStyle: default_flow_style === null ? null : isTruthy(default_flow_style),
    scalarStyle,
  });
  return emitYaml(nodes, {
    indent: indent === null ? 2 : requireInteger(indent),
    width: width === null ? 80 : requireInteger(width),
    scalarStyle,
    explicitStart: isTruthy(options.explicit_start ?? false),
    explicitEnd: isTruthy(options.explicit_end ?? false),
  });
}

function fromYaml(value: unknown): unknown {
  if (value === null || typeof value !== 'string') return value;
  return parseYaml(value, { file: '<text>', float });
}

// The marks between documents stand at a line's start, where nothing within a document may look like them.
const DOCUMENT_MARK = /^(---(?=[ \t\r\n]|$)|\.\.\.[ \t]*(?:#.*)?$)/m;
const NOTHING = /^(?:\s*(?:#.*)?(?:\n|$))*$/;

function fromYamlAll(value: unknown): unknown {
  if (value === null) return [];
  if (typeof value !== 'string') return value;
  const documents: unknown[] = [];
  let mark = '...';
  for (const [index, part] of value.split(DOCUMENT_MARK).entries()) {
    if (index % 2 === 1) mark = part;
    // Only behind `---` nothing is a document too.
    else if (mark === '---' || !NOTHING.test(part)) documents.push(fromYaml(part));
  }
  return documents;
}

/** Filters for YAML. */
export const yamlFilters: Callables = {
  to_yaml: define(['a', '*args', '**kwargs'], (value, _others, kwargs) =>
    toYaml(value, kwargs as Record<string, unknown>),
  ),
  to_nice_yaml: define(['a', ['indent', 4], '*args', '**kwargs'], (value, indent, _others, kwargs) => {
    const { default_flow_style = false, ...others } = kwargs as Record<string, unknown>;
    return toYaml(value, { indent, default_flow_style, ...others });
  }),
  from_yaml: define(['data'], fromYaml),
  from_yaml_all: define(['data'], fromYamlAll),
};
