/** Ansible's programs whose command lines are understood here. */
export const ansiblePrograms = ['ansible', 'ansible-inventory', 'ansible-playbook', 'ansible-vault'] as const;

export type AnsibleProgram = (typeof ansiblePrograms)[number];

export function isAnsibleProgram(name: string | undefined): name is AnsibleProgram {
  return ansiblePrograms.some((program) => program === name);
}
