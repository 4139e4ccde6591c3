import type { Place, SourceError, SourceWarning } from '../lib/sourceError.ts';
import type { AnyModule } from '../module/define.ts';
import type { Block, RawVariables, Role } from './model.ts';

/** What loading a playbook needs from outside, and what it gathers on the way. */
export interface Loading {
  /** Mistakes found so far; loading goes on past one, so that all are told at once. */
  problems: SourceError[];
  warnings: SourceWarning[];
  /** Folders that hold roles, in order, besides `roles/` beside the playbook and the playbook's own folder. */
  rolesPath: string[];
  /** Folders that hold `ansible_collections`, in order, besides `collections/` beside the playbook. */
  collectionsPath: string[];
  /** Keywords that plays have where they do not say otherwise. */
  playDefaults: Record<string, unknown>;
  /** Folder of the playbook that is being loaded. */
  folder: string;
  /** A YAML file as values, decrypted where it is a vault file. Throws SourceError. */
  readYaml(file: string): unknown;
  /** Renders a text with what is known before any host is: extra variables and the play's. Throws SourceError. */
  template(text: string, place: Place, variables: RawVariables[]): string;
  /** The module of a name; undefined where there is none. */
  loadModule(name: string): Promise<AnyModule | undefined>;
  moduleNames(): string[];
  roles: Map<string, Role>;
  /** Blocks of roles by what makes them the same use, so that a play runs each once. */
  usedRoles: Map<string, Block>;
  nextId(): string;
}
