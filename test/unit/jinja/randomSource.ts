/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The variables that random sources use, as cases.md writes values. */
export const randomVariables = {
  n: 7,
  neg: -3,
  zero: 0,
  big: { $int: '123456789012345678901234567890' },
  f: 2.5,
  one: { $float: '1.0' },
  s: 'Hello World, hello',
  word: 'web-01.example.org',
  empty: '',
  uni: 'é😀ß',
  lines: 'a b\n  c\n\nd',
  yes: true,
  no: false,
  nothing: null,
  l: [3, 1, 2],
  ls: ['b', 'A', 'c', 'a'],
  mixed: [1, 'x', null, { $float: '2.0' }, [1]],
  d: { b: 1, a: [1, 2], c: { x: null, y: 'z' } },
  users: [
    { name: 'bob', uid: 3, g: { n: 'x' }, tags: ['a'] },
    { name: 'Al', uid: 1, g: { n: 'y' }, tags: [] },
    { name: 'cy', uid: 2, g: { n: 'x' }, active: true, tags: ['b', 'a'] },
  ],
};

type DrawnKind = 'int' | 'float' | 'str' | 'bool' | 'list' | 'strings' | 'dict';
type Kind = DrawnKind | 'any';
const kinds: readonly DrawnKind[] = ['int', 'float', 'str', 'bool', 'list', 'strings', 'dict'];

/** Draws expressions and templates from a grammar; most are valid, a few mix types on purpose. */
export function randomSources(random: () => number) {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const chance = (share: number) => random() < share;

  // A production is drawn with the depth that is left for what is inside it.
  const draw = (kind: Kind, depth: number): string => {
    const wanted: DrawnKind = kind === 'any' || chance(0.03) ? pick(kinds) : kind;
    const { leaves, branches } = grammar[wanted];
    if (depth <= 0 || chance(0.15)) return pick(leaves);
    return pick(branches)(depth - 1);
  };
  const int = (depth: number) => draw('int', depth);
  const float = (depth: number) => draw('float', depth);
  const str = (depth: number) => draw('str', depth);
  const bool = (depth: number) => draw('bool', depth);
  const list = (depth: number) => draw('list', depth);
  const strings = (depth: number) => draw('strings', depth);
  const dict = (depth: number) => draw('dict', depth);
  const any = (depth: number) => draw('any', depth);
  const number = (depth: number) => draw(pick(['int', 'float']), depth);
  const small = () => pick(['0', '1', '2', '3', '-1', '-2', '5']);
  const bound = () => pick(['', '1', '-1', '2', '-2', '0', '10']);
  const subject = (source: string) => (/^\w+$/.test(source) ? source : `(${source})`);
  const slice = () => `[${bound()}:${bound()}${chance(0.3) ? `:${pick(['2', '-1', '1', '-2'])}` : ''}]`;
  const comparison = () => pick(['==', '!=', '<', '<=', '>', '>=']);

  type Production = { leaves: readonly string[]; branches: readonly ((depth: number) => string)[] };

  const grammar: Record<DrawnKind, Production> = {
    int: {
      leaves: [
        '0',
        '1',
        '2',
        '42',
        '1_000',
        '0x1f',
        '0b101',
        'n',
        'neg',
        'zero',
        'big',
        'd.b',
        'l[0]',
        'users[1].uid',
      ],
      branches: [
        (x) => `${int(x)} ${pick(['+', '-', '*', '//', '%'])} ${int(x)}`,
        (x) => `(${int(x)} ${pick(['+', '-', '*', '//', '%'])} ${int(x)})`,
        (x) => `${subject(int(x))} ** ${pick(['0', '1', '2', '3'])}`,
        (x) => `-${subject(int(x))}`,
        (x) => `${subject(any(x))} | length`,
        (x) => `${subject(str(x))}.${pick(['count', 'find', 'rfind'])}('${pick(['l', 'o', '', 'e', 'll'])}')`,
        (x) => `${subject(pick([str, number, bool])(x))} | int`,
        (x) => `${subject(str(x))} | int(${small()})`,
        (x) => `${subject(int(x))} | abs`,
        (x) => `${subject(list(x))} | ${pick(['sum', 'min', 'max', 'first', 'last', 'count'])}`,
        () =>
          `users | ${pick(["sum(attribute='uid')", "map(attribute='uid') | sum", "map(attribute='uid') | max"])}`,
        (x) => `(${int(x)} if ${bool(x)} else ${int(x)})`,
        (x) => `${subject(list(x))}[${small()}]`,
        (x) =>
          `${subject(number(x))} | round${pick(['', '(1)', "(0, 'ceil')", "(1, 'floor')", '(2)'])} | int`,
        (x) => `${subject(str(x))} | wordcount`,
        (x) => `${subject(list(x))}.${pick(['index', 'count'])}(${small()})`,
      ],
    },
    float: {
      leaves: ['1.5', '0.1', '1e3', '2.5e-7', '1e16', '100000.0', 'f', 'one', '1e22', '0.5'],
      branches: [
        (x) => `${number(x)} / ${number(x)}`,
        (x) => `${float(x)} ${pick(['+', '-', '*', '//', '%'])} ${number(x)}`,
        (x) => `(${number(x)} ${pick(['+', '-', '*', '/', '//', '%'])} ${float(x)})`,
        (x) => `${subject(pick([number, str])(x))} | float`,
        (x) =>
          `${subject(number(x))} | round(${pick(['0', '1', '2', '-1'])}${chance(0.3) ? `, '${pick(['ceil', 'floor'])}'` : ''})`,
        (x) => `-${subject(float(x))}`,
        (x) => `${subject(number(x))} ** ${pick(['0.5', '-1', '2.0'])}`,
      ],
    },
    str: {
      leaves: [
        "'abc'",
        '"it\'s"',
        "'a,b,,c'",
        "''",
        "'Ünï 😀'",
        "'x\\ty\\n'",
        "'%s'",
        "' pad '",
        's',
        'word',
        'empty',
        'uni',
        'lines',
        'd.c.y',
        'users[0].name',
        "'12'",
        "'3.7'",
        "'C:\\Q'",
      ],
      branches: [
        (x) => `${any(x)} ~ ${any(x)}`,
        (x) => `${subject(str(x))} + ${subject(str(x))}`,
        (x) =>
          `${subject(str(x))} | ${pick(['upper', 'lower', 'capitalize', 'title', 'trim', 'reverse', 'string', 'striptags', 'urlencode', 'center(9)', 'indent', 'indent(2, true)', "replace('l', 'LL')", "replace('o', '', 1)", 'truncate(9)', 'truncate(9, true, leeway=0)', "default('x')", 'e', 'wordwrap(5)', 'first', 'last', "trim('hab')"])}`,
        (x) =>
          `${subject(str(x))}.${pick(['upper()', 'lower()', 'strip()', 'title()', 'capitalize()', 'swapcase()', "strip('ab')", "lstrip('H ')", "rstrip('o')", "replace('a', 'b')", 'zfill(6)', 'center(8, "*")', 'ljust(6)', "rjust(6, '.')", "removeprefix('a')", "removesuffix('c')", 'expandtabs(4)', 'casefold()'])}`,
        (x) => `${subject(str(x))}${slice()}`,
        (x) => `${subject(str(x))}[${small()}]`,
        (x) => `'%s|%r' % (${any(x)}, ${any(x)})`,
        (x) => `'${pick(['%d', '%5d', '%-5d|', '%05d', '%x', '%o', '%+d'])}' % ${subject(int(x))}`,
        (x) => `'${pick(['%.2f', '%8.3f', '%e', '%g', '%.3g', '%5.0f', '%+.1e'])}' % ${subject(number(x))}`,
        (x) => `'{} {!r}'.format(${any(x)}, ${any(x)})`,
        (x) => `'${pick(['{:>8}', '{:<8}|', '{:^9}', '{:*^9}', '{:.2}'])}'.format(${subject(str(x))})`,
        (x) =>
          `'${pick(['{:d}', '{:08d}', '{:,}', '{:+d}', '{:x}', '{:#b}', '{:>6}', '{:=+7d}', '{:_}'])}'.format(${int(x)})`,
        (x) =>
          `'${pick(['{:.2f}', '{:e}', '{:g}', '{:10.3f}', '{:,.1f}', '{:.1%}', '{}', '{:.4}', '{:+.0f}'])}'.format(${float(x)})`,
        (x) => `${subject(pick([list, strings])(x))} | join${pick(['', "(',')", "(' ')"])}`,
        (x) => `'${pick([',', '', '-'])}'.join(${strings(x)})`,
        (x) => `${subject(str(x))} * ${small()}`,
        (x) => `${subject(any(x))} | string`,
        (x) => `(${str(x)} if ${bool(x)} else ${str(x)})`,
        (x) => `${subject(any(x))} | tojson`,
        (x) => `${subject(number(x))} | filesizeformat`,
        (x) => `${subject(dict(x))} | ${pick(['xmlattr', 'urlencode', 'pprint', 'tojson(indent=2)'])}`,
        (x) => `"%s-%s" | format(${any(x)}, ${any(x)})`,
      ],
    },
    bool: {
      leaves: ['true', 'false', 'True', 'yes', 'no', 'n == 7', "'a' in d", 'nope is defined'],
      branches: [
        (x) => `${number(x)} ${comparison()} ${number(x)}`,
        (x) => `${subject(str(x))} ${comparison()} ${subject(str(x))}`,
        (x) => `${subject(list(x))} ${comparison()} ${subject(list(x))}`,
        (x) => `${number(x)} < ${number(x)} < ${number(x)}`,
        (x) => `${any(x)} == ${any(x)}`,
        (x) => `${bool(x)} ${pick(['and', 'or'])} ${bool(x)}`,
        (x) => `(${bool(x)} ${pick(['and', 'or'])} not ${bool(x)})`,
        (x) => `not ${bool(x)}`,
        (x) => `${subject(str(x))} ${pick(['in', 'not in'])} ${subject(pick([str, strings, dict])(x))}`,
        (x) => `${subject(any(x))} ${pick(['in', 'not in'])} ${subject(list(x))}`,
        (x) =>
          `${subject(any(x))} is ${pick(['', 'not '])}${pick(['defined', 'none', 'string', 'number', 'mapping', 'sequence', 'iterable', 'boolean', 'integer', 'float', 'true', 'false', 'undefined', 'callable', 'sameas none', 'eq 1'])}`,
        (x) =>
          `${subject(int(x))} is ${pick(['odd', 'even', 'divisibleby 3', 'divisibleby(2)', 'gt 2', 'lt(3)', 'in [1, 2, 7]', 'ne 7'])}`,
        (x) => `${subject(str(x))} is ${pick(['upper', 'lower', 'in s', "in ['abc']"])}`,
        (x) =>
          `${subject(str(x))}.${pick(["startswith('H')", "endswith(('c', 'o'))", 'isdigit()', 'isalpha()', 'isalnum()', 'isupper()', 'islower()', 'isspace()', 'istitle()'])}`,
      ],
    },
    list: {
      leaves: [
        '[]',
        '[1, 2, 3]',
        'l',
        '[1, 2.0, true]',
        'mixed',
        'd.a',
        '(1, 2)',
        '(4,)',
        'range(4) | list',
        '[[1, 2], [3]]',
      ],
      branches: [
        (x) => `[${any(x)}, ${any(x)}]`,
        (x) => `(${int(x)}, ${int(x)}, ${int(x)})`,
        (x) => `${subject(list(x))} + ${subject(list(x))}`,
        (x) => `${subject(list(x))} * ${small()}`,
        (x) => `${subject(list(x))}${slice()}`,
        (x) =>
          `${subject(list(x))} | ${pick(['sort', 'sort(reverse=true)', 'unique | list', 'reverse | list', 'list', 'batch(2) | list', 'batch(2, 0) | list', 'slice(2) | list', 'slice(3, 0) | list', "map('string') | list", "map('int') | list", "select('odd') | list", 'select | list', 'reject | list', "map('default', 0) | list", "reject('none') | list", "select('number') | list"])}`,
        (x) => `range(${int(x)} % 7, ${small()}, ${pick(['1', '2', '-1', '3'])}) | list`,
        () =>
          `users | map(attribute='${pick(['uid', 'name', 'g.n', 'tags.0', 'tags', 'nope', 'active'])}'${chance(0.3) ? ", default='-'" : ''}) | list`,
        () =>
          `users | ${pick(['selectattr', 'rejectattr'])}('${pick(['active', 'uid', 'g.n', 'name'])}', '${pick(['defined', 'undefined', 'string', 'number'])}') | map(attribute='name') | list`,
        () =>
          `users | ${pick(['selectattr', 'rejectattr'])}('uid', '${pick(['eq', '>', 'ne', '<=', 'in'])}', ${pick(['1', '2', '[1, 2]'])}) | list`,
        () =>
          `users | sort(attribute='${pick(['uid', 'name', 'g.n,uid', 'g.n'])}'${chance(0.3) ? ', reverse=true' : ''}) | map(attribute='name') | list`,
        () =>
          `users | groupby('${pick(['g.n', 'uid', 'active', 'name'])}'${chance(0.4) ? ", default=''" : ''}) | map('first') | list`,
        (x) => `${subject(dict(x))}.${pick(['items()', 'keys()', 'values()'])} | list`,
        (x) =>
          `${subject(dict(x))} | ${pick(['dictsort', "dictsort(by='value')", 'list', 'items | list', 'dictsort(true, reverse=true)'])}`,
      ],
    },
    strings: {
      leaves: ['ls', "['x', 'y']", "['b', 'B', 'a']", 'users[2].tags', "('q',)"],
      branches: [
        (x) =>
          `${subject(str(x))}.${pick(['split()', "split(',')", "split('l', 1)", "rsplit('.', 1)", 'splitlines()', "partition('-')", "rpartition('l')", 'splitlines(true)', 'split(none, 1)', 'rsplit(none, 1)'])}`,
        (x) => `${subject(str(x))} | list`,
        (x) =>
          `${subject(strings(x))} | ${pick(['sort', 'sort(case_sensitive=true)', "map('upper') | list", 'unique | list', 'unique(true) | list', "map('replace', 'a', 'z') | list", "select('in', ['a', 'b']) | list", "map('length') | map('string') | list", "reject('equalto', 'b') | list", "map('first') | list"])}`,
        (x) => `[${str(x)}, ${str(x)}]`,
        () => 'd | list',
      ],
    },
    dict: {
      leaves: ['d', '{}', "{'a': 1}", 'd.c', 'users[0]', '{1: 2, none: true}', "dict(x=1, y='z')"],
      branches: [
        (x) => `{${str(x)}: ${any(x)}, 'k': ${any(x)}}`,
        (x) => `{${pick([int, float, bool])(x)}: ${any(x)}, 1: 'one'}`,
        (x) => `dict(${dict(x)}, extra=${any(x)})`,
        (x) => `(${dict(x)} if ${bool(x)} else ${dict(x)})`,
        (x) => `${subject(dict(x))}.copy()`,
        (x) => `nope | default(${dict(x)})`,
        (x) => `${subject(dict(x))} | default({}, true)`,
      ],
    },
  };

  const access = (depth: number): string =>
    pick([
      (x: number) => `${subject(dict(x))}.${pick(['a', 'b', 'c', 'x', 'nope', 'c.y', 'nope.deeper'])}`,
      (x: number) => `${subject(dict(x))}['${pick(['a', 'c', 'nope', 'keys'])}']`,
      (x: number) => `${subject(dict(x))}.get(${str(x)}${chance(0.5) ? `, ${any(x)}` : ''})`,
      (x: number) => `nope.${pick(['x', 'y.z'])} | default(${any(x)})`,
      (x: number) => `${subject(list(x))}[${int(x)}]`,
      () => `${pick(['nope', 'd.nope', 'nothing.x', 'l[9]', 's.nope'])}`,
      (x: number) => `${any(x)} if ${bool(x)}`,
    ])(depth);

  /** One expression. */
  const expression = (depth = 3): string => (chance(0.1) ? access(depth) : any(depth));

  const sign = (text: string) => (chance(0.15) ? text : '');
  const blockSign = () => (chance(0.2) ? pick(['-', '+']) : '');
  const tag = (content: string) => `{%${blockSign()} ${content} ${blockSign()}%}`;
  const filler = () => pick(['', ' ', '\n', 'text', ' a\n  ', '\n\n', '.']);

  const statement = (depth: number): string => {
    const inside = () => body(depth - 1);
    const simple = depth <= 0;
    const forms: (() => string)[] = [
      () => `{{${sign('-')} ${any(1)} ${sign('-')}}}`,
      () => `{{ ${any(2)} }}`,
      () => `{#${sign('-')} note ${sign('-')}#}`,
      () => tag(`set v = ${any(1)}`),
      () => '{{ v | default("unset") }}',
      () => `{% raw %}{{ ${pick(['x', 'y'])} }}{% endraw %}`,
      () => tag(`do ${any(1)}`),
    ];
    const nested: (() => string)[] = [
      () => `${tag(`if ${bool(1)}`)}${inside()}${chance(0.5) ? tag('else') + inside() : ''}${tag('endif')}`,
      () => `${tag(`if ${bool(1)}`)}${inside()}${tag(`elif ${bool(1)}`)}${inside()}${tag('endif')}`,
      () =>
        `${tag(`for i in ${pick([list, strings, dict])(1)}`)}{{ loop.${pick(['index', 'first', 'last', 'length', 'revindex0'])} }}${inside()}${chance(0.4) ? tag('else') + inside() : ''}${tag('endfor')}`,
      () =>
        `${tag(`for i in ${list(1)} if ${pick(['i', 'i is number', 'i != 1'])}`)}{{ i }}${inside()}${tag('endfor')}`,
      () =>
        `${tag(`for k, x in ${dict(1)}.items()`)}{{ k }}={{ x }}${chance(0.3) ? tag(pick(['break', 'continue'])) : ''}${inside()}${tag('endfor')}`,
      () => `${tag(`macro m(a, b=${any(0)})`)}${inside()}{{ a }}{{ b }}${tag('endmacro')}{{ m(${any(1)}) }}`,
      () =>
        `${tag('macro c(a)')}[{{ caller(a) }}]${tag('endmacro')}${tag(`call(q) c(${any(1)})`)}{{ q }}${inside()}${tag('endcall')}`,
      () =>
        `${tag(`filter ${pick(['upper', 'indent(2)', "replace('a', 'b')", 'trim'])}`)}${inside()}${tag('endfilter')}`,
      () => `${tag(`with v = ${any(1)}, w = n`)}${inside()}{{ v }}${tag('endwith')}`,
      () => `${tag('set v')}${inside()}${tag('endset')}{{ v | length }}`,
      () =>
        `${tag('set ns = namespace(t=0)')}${tag('for i in l')}${tag('set ns.t = ns.t + i')}${tag('endfor')}{{ ns.t }}`,
    ];
    return pick(simple ? forms : [...forms, ...nested, ...nested])();
  };

  const body = (depth: number): string =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => filler() + statement(depth) + filler()).join(
      '',
    );

  /** One template. */
  const template = (): string => body(2);

  return { expression, template };
}
