import { SourceError } from '../lib/sourceError.ts';
import type { Loading } from '../playbook/loading.ts';
import type { Play } from '../playbook/model.ts';

const STRATEGIES = ['linear', 'free', 'host_pinned'] as const;

type Strategy = (typeof STRATEGIES)[number];

/** How the hosts of a play go through its tasks. Throws SourceError. */
export function strategyOf(play: Play, loading: Loading): Strategy {
  const keyword = play.keywords.get('strategy');
  if (!keyword) return 'linear';
  const written = loading.template(String(keyword.value), keyword.place, play.vars ? [play.vars] : []);
  const strategy = STRATEGIES.find((name) => name === written.replace(/^ansible\.builtin\./, ''));
  if (strategy !== undefined) return strategy;
  throw new SourceError(
    `the strategy "${written}" is not supported`,
    keyword.place,
    `Use one of ${STRATEGIES.join(', ')}.`,
  );
}
