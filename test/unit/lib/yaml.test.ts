import { describe, expect, it } from 'vitest';
import { placeOf, placeOfKey, placeOfValue } from '../../../src/lib/places.ts';
import { SourceError, type SourceWarning } from '../../../src/lib/sourceError.ts';
import { parseYaml, UnsafeText, VaultText } from '../../../src/lib/yaml.ts';

class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const parse = (text: string) => parseYaml(text, { file: 'a.yml', float: (value) => new Float(value) });

function errorOf(text: string): SourceError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SourceError) return error;
  }
  throw new Error(`no SourceError for ${JSON.stringify(text)}`);
}

// Expected values: what PyYAML 6.0's CSafeLoader gives.
describe('plain scalars as PyYAML reads them', () => {
  it.each([
    ['yes', true],
    ['Off', false],
    ['y', 'y'],
    ['yEs', 'yEs'],
    ['~', null],
    ['nUll', 'nUll'],
    ['0644', 420],
    ['0o644', '0o644'],
    ['08', '08'],
    ['0x1F', 31],
    ['0b101', 5],
    ['-12', -12],
    ['1_000', 1000],
    ['190:20:30', 685230],
    ['190:60', '190:60'],
    ['12345678901234567890', 12345678901234567890n],
    ['1e3', '1e3'],
    ['1.0e3', '1.0e3'],
    ['10.0.0.1', '10.0.0.1'],
    ['2001-12-14', '2001-12-14'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.100000-05:00'],
    ['2001-12-15 2:59:43Z', '2001-12-15 02:59:43+00:00'],
    ['-.5', '-.5'],
  ])('%s', (text, value) => {
    expect(parse(`a: ${text}\n`)).toEqual({ a: value });
  });

  it.each([
    ['1.0', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['1.5e-3', 0.0015],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['.NaN', Number.NaN],
    ['1:30.5', 90.5],
  ])('%s is a float', (text, value) => {
    expect(parse(`a: ${text}\n`)).toEqual({ a: new Float(value) });
  });

  it('leaves quoted and block scalars text', () => {
    expect(parse('a: "1"\nb: \'yes\'\nc: |\n  12\n')).toEqual({ a: '1', b: 'yes', c: '12\n' });
  });
});

describe('maps', () => {
  it('are plain objects, and Maps where an object would change keys or their order', () => {
    expect(parse('b: 1\na: 2\n')).toEqual({ b: 1, a: 2 });
    const ports = parse('443: tls\n80: plain\n"22": ssh\nyes: y\n') as Map<unknown, unknown>;
    expect([...ports]).toEqual([
      [443, 'tls'],
      [80, 'plain'],
      ['22', 'ssh'],
      [true, 'y'],
    ]);
  });

  it('keeps __proto__ an ordinary key', () => {
    const map = parse('__proto__: {admin: true}\n') as Map<unknown, unknown>;
    expect(map.get('__proto__')).toEqual({ admin: true });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('merges with <<: own keys win, the first of several maps wins', () => {
    const text = 'x: &x {b: 1}\ny: &y {b: 2, c: 3}\nd:\n  q: 1\n  <<: [*x, *y]\n';
    expect((parse(text) as { d: object }).d).toEqual({ b: 1, c: 3, q: 1 });
    expect(Object.keys((parse(text) as { d: object }).d)).toEqual(['b', 'c', 'q']);
  });

  it('warns of a key given twice and takes the last', () => {
    const warnings: SourceWarning[] = [];
    const value = parseYaml('a: 1\nb: 2\na: 3\n', {
      file: 'a.yml',
      warn: (warning) => warnings.push(warning),
    });
    expect(value).toEqual({ a: 3, b: 2 });
    expect(warnings.map((warning) => [warning.message, warning.place?.line])).toEqual([
      ['the key "a" is given twice', 3],
    ]);
  });

  it('does not warn of a merged key that is overridden', () => {
    const warnings: SourceWarning[] = [];
    parseYaml('a: &a {x: 1}\nb: {<<: *a, x: 2}\n', {
      file: 'a.yml',
      warn: (warning) => warnings.push(warning),
    });
    expect(warnings).toEqual([]);
  });
});

describe('tags and aliases', () => {
  it('keeps vault values encrypted, with their place', () => {
    const { a } = parse('a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n') as { a: VaultText };
    expect(a).toBeInstanceOf(VaultText);
    expect(a.ciphertext).toBe('$ANSIBLE_VAULT;1.1;AES256\n3132\n');
    expect(a.place).toEqual({ file: 'a.yml', line: 1, column: 11 });
  });

  it('marks each text below !unsafe', () => {
    expect(parse('a: !unsafe {b: "{{ x }}", c: [1, y]}\nd: "{{ x }}"\n')).toEqual({
      a: { b: new UnsafeText('{{ x }}'), c: [1, new UnsafeText('y')] },
      d: '{{ x }}',
    });
  });

  it('gives an alias the same object', () => {
    const value = parse('a: &l [1]\nb: *l\n') as { a: unknown[]; b: unknown[] };
    expect(value.b).toBe(value.a);
  });

  it('reads explicit types', () => {
    expect(parse('- !!str 12\n- !!int "3"\n- !!float 3\n- !!bool "yes"\n- ! x\n')).toEqual([
      '12',
      3,
      new Float(3),
      true,
      'x',
    ]);
  });

  it('gives null for an empty document', () => {
    expect(parse('# nothing\n')).toBeNull();
  });
});

describe('places', () => {
  const value = parse('---\n- hosts: all\n  vars:\n    port: 80\n  tasks:\n    - ping:\n') as [
    Record<string, unknown>,
  ];
  const [play] = value;

  it('of containers, keys, values and items', () => {
    expect(placeOf(play)).toEqual({ file: 'a.yml', line: 2, column: 3 });
    expect(placeOfKey(play, 'vars')).toEqual({ file: 'a.yml', line: 3, column: 3 });
    expect(placeOfValue(play.vars, 'port')).toEqual({ file: 'a.yml', line: 4, column: 11 });
    expect(placeOfKey(play.tasks, 0)).toEqual({ file: 'a.yml', line: 6, column: 7 });
  });

  it('fall back to the container, and are undefined for what no file gave', () => {
    expect(placeOfKey(play, 'nothing')).toEqual(placeOf(play));
    expect(placeOf({})).toBeUndefined();
    expect(placeOfKey('text', 'x')).toBeUndefined();
  });

  it('follow a merged key to where it was written', () => {
    const { b } = parse('a: &a\n  x: 1\nb:\n  <<: *a\n  y: 2\n') as { b: object };
    expect(placeOfKey(b, 'x')?.line).toBe(2);
    expect(placeOfKey(b, 'y')?.line).toBe(5);
  });
});

describe('mistakes', () => {
  it.each([
    ['a:\n\tb: 1\n', 2, 1, /tab/, /spaces/],
    ['a: {{ x }}\n', 1, 4, /\{\{ has to be quoted/, /Write "\{\{ x \}\}"/],
    ['- a: {{ x }}/bar\n', 1, 6, /\{\{ has to be quoted/, /Write "\{\{ x \}\}\/bar"/],
    ['a: {{ x["y"] }}\n', 1, 4, /\{\{ has to be quoted/, /Write '\{\{ x\["y"\] \}\}'/],
    ['a: 1\nb: "x\nc: 1\n', 2, 4, /never closed/, /Close it with "/],
    ['a: b: c\n', 1, 5, /": " in it/, /'b: c'/],
    ['- name: x\n  copy: src=a\n    dest: b\n', 3, 5, /on its key’s line/, /indentation/],
    ['- hosts: all\n  tasks\n  - x: 1\n', 2, 3, /a key is expected/, /":" after "tasks"/],
    ['a:b\n c: 1\n', 1, 1, /a key is expected/, /"a: b"/],
    ['a: 1\n- b\n', 2, 1, /a list item stands/, /indentation/],
    ['a:\n  b: 1\n c: 2\n', 3, 2, /fits none/, /same column/],
    ['a: [1, 2\nb: 3\n', 2, 1, /"\]" is missing/, /Close the list/],
    ['a: @x\n', 1, 4, /cannot begin with @/, /quotes/],
    ['a: "\\d"\n', 1, 5, /no escape/, /single quotes/],
    ["a: 'it's'\n", 1, 8, /follows the closing quote/, /written twice/],
    ['a: - b\n', 1, 4, /cannot begin on the line of its key/, /line of its own/],
    ['- a\nb: 1\n', 2, 1, /does not fit/, /indentation/],
    ['a: *x\n', 1, 4, /anchor &x/, /quotes/],
    ['a: &x [*x]\n', 1, 8, /stands inside/, undefined],
    ['a: !foo x\n', 1, 9, /tag !foo/, /!vault/],
    ['? [a]\n: 1\n', 1, 3, /cannot be a key/, /Quote/],
    ['a: 1\n---\nb: 1\n', 2, 1, /second document/, /---/],
    ['a: !!int x\n', 1, 10, /no !!int/, undefined],
  ])('%j', (text, line, column, message, hint) => {
    const error = errorOf(text);
    expect(error.message).toMatch(message);
    expect([error.place?.line, error.place?.column]).toEqual([line, column]);
    if (hint) expect(error.hint).toMatch(hint);
  });
});

it('takes tabs that indent the lines of a text in quotes, as PyYAML does, and nowhere else', () => {
  const text = 'a: \'x\n\t\ty\n \tz\'\nb: "u\n\tv"\n';
  expect(parseYaml(text, { file: 'f.yml' })).toEqual({ a: 'x y z', b: 'u v' });
  expect(() => parseYaml('a:\n\tb: 1\n', { file: 'f.yml' })).toThrow('a tab is used as indentation');
  expect(() => parseYaml("a: 'x\n\ty\n", { file: 'f.yml' })).toThrow('never closed');
});
