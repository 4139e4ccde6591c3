// Runs dependency-cruiser over src/ and fails when a room imports upward, and also when nothing was cruised: a tool
// that reads no module would otherwise pass for ever.
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const config = await extractOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(
  ['src'],
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTsConfig('tsconfig.json') },
);
const { summary } = output;
for (const violation of summary.violations)
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
if (summary.totalCruised === 0) console.error('layers: no module was cruised');
console.log(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} dependencies, ${summary.error} errors`,
);
process.exitCode = summary.error > 0 || summary.totalCruised === 0 ? 1 : 0;
