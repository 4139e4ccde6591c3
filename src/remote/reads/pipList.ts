import { normalizedName } from '../../lib/pep440.ts';
import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';

/*
 * Lists the metadata folders along sys.path in its order, as Python's site module builds it (and Debian's, whose
 * folders are called dist-packages), instead of starting an interpreter. In a folder's name stands the version; only
 * for `name.egg-info` it is looked up.
 */
const LIST = `pip_versions() {
  for m in "$1"/*.dist-info "$1"/*.egg-info; do
    [ -e "$m" ] || continue
    case \${m##*/} in
      *-*.*-info) printf '%s\\n' "\${m##*/}" ;;
      *) [ -f "$m" ] && f=$m || f=$m/PKG-INFO
        while IFS= read -r l; do
          case $l in "Version: "*) b=\${m##*/}; printf '%s-%s.egg-info\\n' "\${b%.egg-info}" "\${l#Version: }"; break ;; esac
        done < "$f" ;;
    esac
  done
}
pip_base() {
  r=$(readlink -f "$1") || return
  v=\${r##*/}
  p=\${r%/bin/*}
  case $v in python3.*) ;; *) v='python3*' ;; esac
  [ -n "$2" ] || for d in "$HOME"/.local/lib/$v/site-packages; do pip_versions "$d"; done
  [ "$p" != /usr ] || for d in /usr/local/lib/$v/dist-packages /usr/lib/python3/dist-packages /usr/lib/$v/dist-packages; do
    pip_versions "$d"
  done
  for d in "$p"/lib/$v/site-packages; do pip_versions "$d"; done
}
pip_list() {
  [ -f "$1" ] && [ -x "$1" ] || { printf 'none'; return; }
  p=\${1%/bin/*}
  c=$p/pyvenv.cfg
  [ -f "$c" ] || { pip_base "$1"; return; }
  for d in "$p"/lib/python3*/site-packages; do pip_versions "$d"; done
  home= shared=
  while IFS='= ' read -r k w; do
    case $k in home) home=$w ;; include-system-site-packages) shared=$w ;; esac
  done < "$c"
  case $shared in [Tt]rue) pip_base "$home/python3" venv ;; esac
}`;

/** What is installed in the environment of an interpreter, given by its absolute path. */
export const pipList = definePrimitive('pipList', {
  script: (asked) =>
    [LIST, ...asked.map(({ python }) => `pip_list ${shellQuote(python)}; printf '\\036'`)].join('\n'),
  parse({ stdout }, asked) {
    const records = stdout.toString().split(RECORD);
    return asked.map((_, i) => (records[i] === 'none' ? undefined : versions(records[i] ?? '')));
  },
  paths: ({ python }) => [python.replace(/\/bin\/[^/]*$/, '')],
});

/** The first of a name wins, as the first on sys.path does. */
function versions(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of text.split('\n')) {
    const match = /^([^~].*)-([^-]+)\.(?:dist|egg)-info$/.exec(
      folder.replace(/-py\d[\d.]*\.egg-info$/, '.egg-info'),
    );
    if (!match) continue;
    const name = normalizedName(match[1]!);
    found[name] ??= match[2]!;
  }
  return found;
}
