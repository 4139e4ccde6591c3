// The rooms of src/ from the lowest to the highest: each may import only rooms before it.
const rooms = [
  'lib',
  'jinja',
  'module',
  'remote',
  'transport',
  'modules',
  'inventory',
  'variables',
  'playbook',
  'engine',
  'report',
  'cli',
];

// Exceptions to "any room before it", with the reason.
const narrower = [
  // jinja is a language of its own and knows nothing of Flotte.
  { name: 'jinja-knows-nothing', from: { path: '^src/jinja/' }, to: { path: '^src/(?!jinja/)' } },
  // A module declares; only the engine and the transport perform.
  { name: 'modules-only-declare', from: { path: '^src/modules/' }, to: { path: '^src/transport/' } },
  {
    name: 'no-module-imports-another',
    from: { path: '^src/modules/(?!index\\.ts$)[^/]+\\.ts$' },
    to: { path: '^src/modules/[^/]+\\.ts$' },
  },
];

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    ...rooms.map((room, i) => ({
      name: `${room}-imports-downward`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: `^src/(${rooms
          .slice(i + 1)
          .concat('none')
          .join('|')})/`,
      },
    })),
    ...narrower.map((rule) => ({ severity: 'error', ...rule })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
