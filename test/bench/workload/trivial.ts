/** The same trivial tasks in three dialects: a folder that is there, a look at it, a line that is in a file. */
interface Task {
  kind: 'folder' | 'look' | 'line';
  path: string;
  /** What shall be a line of the file; empty for the other kinds. */
  line: string;
}

const PAIRS = 20;

/** The first `count` of 50 tasks below a folder: 20 pairs of a folder and a look, with a line after every second pair. */
function trivialTasks(count: number, root: string): Task[] {
  const tasks: Task[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const path = `${root}/d${pair}`;
    tasks.push({ kind: 'folder', path, line: '' }, { kind: 'look', path, line: '' });
    if (pair % 2 === 0) tasks.push({ kind: 'line', path: `${root}/lines`, line: `key${pair}=value${pair}` });
  }
  return tasks.slice(0, count);
}

const PLAYBOOK = {
  folder: ({ path }: Task) =>
    `ansible.builtin.file: {path: ${path}, state: directory, owner: root, group: root, mode: '0755'}`,
  look: ({ path }: Task) => `ansible.builtin.stat: {path: ${path}}`,
  line: ({ path, line }: Task) => `ansible.builtin.lineinfile: {path: ${path}, line: '${line}'}`,
};

/** As a playbook that gathers no facts. */
export function trivialPlaybook(count: number, root: string): string {
  const tasks = trivialTasks(count, root).map(
    (task, i) =>
      `    - name: ${task.kind} ${i}\n      ${PLAYBOOK[task.kind](task)}\n${
        task.kind === 'look' ? `      register: seen${i}\n` : ''
      }`,
  );
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}`;
}

const SCRIPT_HEAD = `say() { echo "$1 $2"; }
need() { if [ "\${CHECK:-}" ]; then say changed "$1"; return 1; fi; }
folder() {
  if [ -d "$1" ] && [ "$(stat -c '%U %G %a' "$1")" = "$2 $3 $4" ]; then say ok "$1"
  elif need "$1"; then mkdir -p "$1" && chown "$2:$3" "$1" && chmod "$4" "$1" && say changed "$1" || say failed "$1"; fi
}
look() { seen=$(stat -c '%F %U %G %a %s %Y %i' "$1" 2>/dev/null) || seen=absent; say ok "$1 $seen"; }
line() {
  if grep -qxF -- "$2" "$1" 2>/dev/null; then say ok "$1"
  elif need "$1"; then printf '%s\\n' "$2" >>"$1" && say changed "$1" || say failed "$1"; fi
}
`;

/** As a shell script: one line for each task, as the rollout's. */
export function trivialScript(count: number, root: string): string {
  const lines = trivialTasks(count, root).map((task) => {
    if (task.kind === 'folder') return `folder ${task.path} root root 755\n`;
    return task.kind === 'look' ? `look ${task.path}\n` : `line ${task.path} ${task.line}\n`;
  });
  return SCRIPT_HEAD + lines.join('');
}

/** In pyinfra's words; it has no task that only looks, so a file that is there stands for it. */
export function trivialDeploy(count: number, root: string): string {
  const lines = trivialTasks(count, root).map((task, i) => {
    if (task.kind === 'line')
      return `files.line(name="line ${i}", path="${task.path}", line="${task.line}")\n`;
    const [operation, path] =
      task.kind === 'folder' ? ['directory', task.path] : ['file', task.path.replace('/d', '/f')];
    const mode = task.kind === 'folder' ? '755' : '644';
    return `files.${operation}(name="${task.kind} ${i}", path="${path}", user="root", group="root", mode="${mode}")\n`;
  });
  return `from pyinfra.operations import files\n\n${lines.join('')}`;
}

/** A script that makes all that the 50 tasks look at. */
export function trivialPreparation(root: string): string {
  const folders = Array.from({ length: PAIRS }, (_, i) => `${root}/d${i}`).join(' ');
  const files = Array.from({ length: PAIRS }, (_, i) => `${root}/f${i}`).join(' ');
  const lines = trivialTasks(Number.POSITIVE_INFINITY, root).flatMap(({ line }) => line || []);
  return `mkdir -p ${folders} && chmod 755 ${folders} && touch ${files} && chmod 644 ${files} && printf '%s\\n' ${lines.join(' ')} >${root}/lines`;
}
