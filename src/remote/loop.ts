/**
 * The shell text of a channel: how it starts, reads frames and ends. It must run on dash, bash and busybox sh, and
 * keeps to what those three share: POSIX, `test -ef`, /proc, and dd with iflag=fullblock.
 */

// The loop's exit code where nothing has to be cleared away behind it.
const IN_ORDER = 3;

/** The program of a channel: says `token`, then waits for its code as a line of stdin, passing over all others. */
export function startCommand(token: string): string {
  // No newline, single quote, double backslash or exclamation mark: every login shell (fish, csh) takes it in single
  // quotes as it stands. It is short because sudo writes it into the host's log.
  return `sh -c 'echo ${token}; while read -r m c; do [ "$m" = ${token} ] && eval "$c"; done'`;
}

/** The line that makes the waiting program a channel. The nonce travels here alone, never in argv. */
export function startLine(token: string, nonce: string): string {
  return `${token} fl_nonce=${nonce}; ${LOOP}\n`;
}

// A mark ends one request's output on both streams. Nobody but the loop knows the nonce.
const MARK = `
fl_mark() {
  echo "$fl_nonce $1 $2";
  echo "$fl_nonce $1 $2" >&2;
};`;

// dd reads exactly as many bytes as it was told, and gives on at once what it has read. busybox's head takes more from
// a pipe than it gives on, and its cat may hold back what came by a socket.
const TAKE = `
fl_take() {
  [ "$1" -lt 65536 ] || dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null || return;
  [ $(($1 % 65536)) -eq 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null;
};`;

// Signals what runs in this session and began after this channel; prints nothing, is true where something was there.
// Daemons that a step started have left the session and live on.
const SWEEP = `
fl_process() { read -r fl_l <"$1" || return; fl_q=\${fl_l%% *}; fl_l=\${fl_l##*\\) }; };
fl_sweep() {
  fl_any=1;
  for fl_f in /proc/[0-9]*/stat; do
    fl_process "$fl_f" || continue;
    set -- "$1" $fl_l;
    [ "$5" = "$fl_session" ] && [ "\${21}" -ge "$fl_born" ] && [ "$fl_q" != "$fl_watch" ] && [ "$2" != Z ] || continue;
    fl_any=0;
    kill "-$1" "$fl_q";
  done;
  return $fl_any;
};`;

// Runs when stdin ended without a farewell: the control side is gone or has given up.
const GIVE_UP = `
fl_give_up() {
  fl_process "/proc/$$/stat" && set -- $fl_l && fl_session=$4 && fl_born=\${20} || return;
  fl_sweep TERM;
  for fl_i in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2 || sleep 1;
    fl_sweep 0 || return;
  done;
  fl_sweep KILL;
};`;

// Who else holds our stdout or stderr: a process left in the background would write into later answers.
const HOLDERS = `
fl_first= ;
fl_holders() {
  fl_h=;
  for fl_f in /proc/[0-9]*/fd; do
    if [ "$fl_f/1" -ef /proc/self/fd/1 ] || [ "$fl_f/2" -ef /proc/self/fd/1 ] ||
      [ "$fl_f/1" -ef /proc/self/fd/2 ] || [ "$fl_f/2" -ef /proc/self/fd/2 ];
    then fl_h="$fl_h $fl_f"; fi;
  done;
};
fl_watch_holders() { [ -n "$fl_first" ] || { fl_holders; fl_first="x$fl_h"; }; };
fl_leave_if_held() {
  fl_holders;
  [ "x$fl_h" = "$fl_first" ] || { kill -KILL "$fl_watch" 2>/dev/null; fl_mark "$fl_id" "$fl_rc held"; exit ${IN_ORDER}; };
};`;

/** What the loop runs around a part that may leave processes in the background. */
export const aroundPrograms = { before: 'fl_watch_holders', after: 'fl_leave_if_held' };

// A normal end: the watchdog goes first, so that what was started on purpose in the background lives on.
const QUIT = `
fl_quit() { kill -KILL "$fl_watch" 2>/dev/null; fl_mark "$1" 0; exit ${IN_ORDER}; };`;

// A script is run only when all of it has come. A short one costs less when the shell reads it itself, byte by byte,
// than a program that reads exactly.
const FRAMES = `
fl_newline=$(printf "\\nx"); fl_newline=\${fl_newline%x};
fl_frames() {
  while read -r fl_k fl_n; do
    [ "$fl_k" = "$fl_nonce" ] || exit 96;
    if [ "$fl_n" -gt 2000 ]; then fl_s=$(fl_take "$fl_n"); else
      fl_s=;
      while IFS= read -r fl_l; do
        fl_s="$fl_s$fl_newline$fl_l";
        [ "$fl_l" != "#$fl_nonce" ] || break;
      done;
    fi;
    case $fl_s in *"#$fl_nonce") eval "$fl_s" ;; *) exit 97 ;; esac;
  done;
};`;

// Three shells: the watchdog that hands on stdin, the loop, and between them one that sees to it that the channel ends
// when the loop is killed. Both who may give up count as the watchdog for the sweep, which must not end itself.
const START = `
{ [ -r . ] && [ -x . ]; } || cd "$HOME" 2>/dev/null || cd /;
if [ -e /var/lib/dpkg/info/findutils.list ] && [ "$(command -v find)" = /usr/bin/find ] || find / -maxdepth 0 -printf "" 2>/dev/null;
then fl_find=1; else fl_find=; fi;
{
  fl_process /proc/self/stat; fl_watch=$fl_q;
  echo "$fl_watch";
  dd bs=65536;
  trap "" TERM INT HUP;
  exec >&-;
  fl_give_up;
} 2>/dev/null | {
  read -r fl_watch;
  ( fl_mark hello 0; fl_frames; exit ${IN_ORDER} );
  [ "$?" = ${IN_ORDER} ] || {
    trap "" TERM INT HUP PIPE;
    kill -KILL "$fl_watch";
    fl_process /proc/self/stat; fl_watch=$fl_q;
    fl_give_up;
  } 2>/dev/null;
};
exit;`;

const LOOP = [MARK, TAKE, SWEEP, GIVE_UP, HOLDERS, QUIT, FRAMES, START]
  .join(' ')
  .replace(/\s*\n\s*/g, ' ')
  .trim();

/** One thing for the loop to do. */
export interface Part {
  /** Shell text for a subshell of its own. */
  body: string;
  /** How many bytes of the frame's data are its standard input; 0: it is closed. */
  bytes: number;
  /** Shell text that the loop itself runs before. */
  before?: string;
  /** Shell text that the loop itself runs afterwards, with the exit code in `$fl_rc`; `$fl_id` is the part's. */
  after?: string;
  /** Shell text of a condition; where it does not hold the part is passed over and answers 'skipped'. */
  when?: string;
}

/** A frame's header and script: what comes behind it on the wire are the parts' data, one after the other. */
export function frame(nonce: string, parts: { id: number; part: Part }[]): Buffer {
  const script = Buffer.from(`${parts.map(({ id, part }) => partText(id, part)).join('\n')}\n#${nonce}\n`);
  return Buffer.concat([Buffer.from(`${nonce} ${script.length}\n`), script]);
}

/** The frame after which the loop ends in order. */
export function farewell(nonce: string): Buffer {
  const script = `fl_quit bye\n#${nonce}\n`;
  return Buffer.from(`${nonce} ${script.length}\n${script}`);
}

function partText(id: number, part: Part): string {
  const before = part.before ? `${part.before}\n` : '';
  const after = part.after ? `\nfl_id=${id}\n${part.after}` : '';
  const run = `${before}${subshell(part)}\nfl_rc=$?${after}\nfl_mark ${id} "$fl_rc"`;
  if (!part.when) return run;
  const drain = part.bytes > 0 ? `fl_take ${part.bytes} >/dev/null; ` : '';
  return `if ${part.when}; then\n${run}\nelse ${drain}fl_mark ${id} skipped; fi`;
}

function subshell({ body, bytes }: Part): string {
  if (bytes === 0) return `( ${body}\n) </dev/null`;
  // What the body leaves of its input is taken away, so that the next frame begins where it should.
  return `fl_take ${bytes} | { ( ${body}\n); fl_rc=$?; cat >/dev/null; exit "$fl_rc"; }`;
}
