/**
 * Shell text that runs MySQL's client with the arguments given to it. Its standard input begins with the text of an
 * option file that holds the login, to a line with a single dot; the client reads that from a pipe, so that a password
 * stands neither in its arguments nor in a file. The rest of standard input is the client's own.
 */
export const MYSQL_CLIENT = `login=; while IFS= read -r line && [ "$line" != . ]; do login="$login$line
"; done
if [ -z "$login" ]; then exec mysql "$@"; fi
exec mysql --defaults-file=/dev/fd/3 "$@" 3<<end
$login
end`;

/** A text as a literal of MySQL. */
export function mysqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** The name of a database, a table or a column. */
export function mysqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
