import type { Collector } from './collector.ts';
import { distributionCollectors } from './distribution.ts';
import { hardwareCollector } from './hardware.ts';
import { localCollector } from './local.ts';
import { networkCollectors } from './network.ts';
import { sessionCollectors } from './session.ts';
import { systemCollectors } from './system.ts';
import { virtualCollector } from './virtual.ts';

/** All facts that can be gathered, by the collectors that Ansible has for them. */
export const COLLECTORS: Collector[] = [
  ...systemCollectors,
  ...distributionCollectors,
  ...sessionCollectors,
  localCollector,
  virtualCollector,
  hardwareCollector,
  ...networkCollectors,
];
