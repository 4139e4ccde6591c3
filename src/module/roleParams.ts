import { ansibleBool, ansibleText } from './params.ts';

/** The parameters that include_role and import_role share. */
export const roleParams = {
  name: ansibleText().describe('Name of the role.'),
  tasks_from: ansibleText().default('main').describe("File of the role's `tasks/` to run."),
  vars_from: ansibleText().default('main').describe("File of the role's `vars/` to load."),
  defaults_from: ansibleText().default('main').describe("File of the role's `defaults/` to load."),
  handlers_from: ansibleText().default('main').describe("File of the role's `handlers/` to load."),
  allow_duplicates: ansibleBool()
    .default(true)
    .describe('Run it again where it ran with the same parameters already.'),
  rolespec_validate: ansibleBool()
    .default(true)
    .describe("Check the variables against the role's argument specs."),
};
