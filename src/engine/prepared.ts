import type { Host, Inventory } from '../inventory/model.ts';
import type { Dict } from '../lib/dict.ts';
import type { SourceError, SourceWarning } from '../lib/sourceError.ts';
import type { VaultText } from '../lib/yaml.ts';
import type { Loading } from '../playbook/loading.ts';
import type { Play } from '../playbook/model.ts';
import type { Layer } from '../variables/layer.ts';
import type { Masker } from '../variables/masking.ts';
import type { ControlSide, Templating } from '../variables/templating.ts';
import type { FactCache } from './factCache.ts';

/** What a run is about. */
export interface Subject {
  /** Inventory sources; none means localhost alone. */
  inventory: string[];
  /** Playbook files, or ... */
  playbooks: string[];
  /** ... plays as values, for `flotte exec`. */
  plays?: unknown;
  limit?: string;
  /** Variables of the command line, the weakest first. */
  extraVars: { values: Dict; origin: string }[];
  rolesPath: string[];
  /** Folders of collections. */
  collectionsPath?: string[];
  /** One of Ansible's settings by ansible-core's name for it. */
  setting?: ControlSide['setting'];
  /** Facts of earlier runs, and for later ones. */
  factCache?: FactCache;
  /** Keywords that plays have where they do not say otherwise. */
  playDefaults?: Record<string, unknown>;
  cwd: string;
  vault: VaultReader;
}

/** Opens what is encrypted. */
export interface VaultReader {
  /** The text of a file, decrypted if it is a vault file. Throws SourceError. */
  openFile(text: string, file: string): string;
  openValue(value: VaultText): string;
}

/** Everything read and found without mistakes; no host has been touched. */
export interface Prepared {
  subject: Subject;
  inventory: Inventory;
  limit: ReadonlySet<Host> | undefined;
  plays: Play[];
  /** How many of the plays each playbook has. */
  playCounts: number[];
  templating: Templating;
  masker: Masker;
  extraVars: Layer;
  loading: Loading;
  readText(file: string): string;
  warnings: SourceWarning[];
}

/** Mistakes in what was given, all of them. */
export class ProblemsError extends Error {
  readonly problems: SourceError[];

  constructor(problems: SourceError[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'ProblemsError';
    this.problems = problems;
  }
}
