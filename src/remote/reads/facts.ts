import { TaskFailure } from '../../module/plan.ts';
import type { Collector } from '../facts/collector.ts';
import { COLLECTORS } from '../facts/index.ts';
import { parseRaw } from '../facts/raw.ts';
import { gatheringScript } from '../facts/script.ts';
import { chosenCollectors } from '../facts/subsets.ts';
import { definePrimitive } from '../primitive.ts';

const NEXT = '\x1c';

interface Asked {
  subset: string[];
  factPath: string;
}

/** Facts by Ansible's names, each with `ansible_` before it, as far as `subset` (a gather_subset) asks for them. */
export const facts = definePrimitive('facts', {
  // They are drawn from files all over the host.
  paths: () => ['/'],
  script: (asked) =>
    asked
      .map((one) => {
        const collectors = collectorsOf(one);
        return collectors instanceof TaskFailure ? '' : `(${gatheringScript(collectors, one.factPath)}\n)\n`;
      })
      .join(`printf '\\034'\n`),
  parse({ stdout }, asked) {
    const texts = stdout.toString().split(NEXT);
    return asked.map((one, i) => {
      const collectors = collectorsOf(one);
      if (collectors instanceof TaskFailure) return collectors;
      const raw = parseRaw(texts[i] ?? '', one.factPath);
      const found = Object.assign({}, ...collectors.map((collector) => collector.facts(raw))) as Record<
        string,
        unknown
      >;
      const entries = Object.entries(found).map(([name, value]) => [`ansible_${name}`, value]);
      return { ...Object.fromEntries(entries), gather_subset: one.subset, module_setup: true };
    });
  },
});

function collectorsOf({ subset }: Asked): Collector[] | TaskFailure {
  try {
    return chosenCollectors(subset, COLLECTORS);
  } catch (error) {
    if (error instanceof TaskFailure) return error;
    throw error;
  }
}
