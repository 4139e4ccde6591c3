import { MYSQL_CLIENT } from '../../lib/mysqlClient.ts';
import { Secret } from '../../lib/secret.ts';
import { hostPath } from '../hostPath.ts';
import { ansibleBool, ansibleInt, ansibleText } from '../params.ts';
import { TaskFailure } from '../plan.ts';
import type { Reads } from '../reads.ts';
import type { RunStep } from '../step.ts';

const DEFAULT_FILE = '~/.my.cnf';

/** The parameters by which all modules of MySQL log in. */
export const mysqlLogin = {
  login_user: ansibleText().optional().describe('User to log in as; else what the option file says.'),
  login_password: ansibleText().optional().describe('Password to log in with.'),
  login_host: ansibleText()
    .default('localhost')
    .describe('Where the server runs; localhost means its socket.'),
  login_port: ansibleInt().default(3306).describe('Port of a server that is not on localhost.'),
  login_unix_socket: ansibleText().optional().describe('Socket of the server.'),
  config_file: ansibleText().default(DEFAULT_FILE).describe('Option file on the host, for the login.'),
  check_implicit_admin: ansibleBool()
    .default(false)
    .describe('Try to log in as root without a password before.'),
  sql_log_bin: ansibleBool().default(true).describe('Write what is done to the binary log.'),
};

export interface MysqlLogin {
  login_user?: string | undefined;
  login_password?: string | undefined;
  login_host: string;
  login_port: number;
  login_unix_socket?: string | undefined;
  config_file: string;
  check_implicit_admin: boolean;
  sql_log_bin: boolean;
}

/** How the client is to be started. */
export interface MysqlClient {
  options: string[];
  /** Text of an option file; holds the password. */
  login?: string;
}

type Asks = Pick<Reads, 'mysqlQuery'>;

/** The client for a login. */
export async function mysqlClient(of: MysqlLogin, host: Reads): Promise<MysqlClient> {
  const options = serverOptions(of);
  if (of.check_implicit_admin) {
    const asRoot = { options, login: loginText('root', '') };
    if ((await host.mysqlQuery({ ...asRoot, query: 'SELECT 1' })).rc === 0) return asRoot;
  }
  const file = await hostPath(of.config_file, host);
  const { login_user: user, login_password: password } = of;
  const isNamed = user !== undefined || password !== undefined;
  if (!isNamed && of.config_file === DEFAULT_FILE) return { options };
  const isThere = (await host.stat({ path: file, follow: true })) !== undefined;
  const included = isThere ? `!include ${file}\n` : '';
  return { options, login: included + (isNamed ? loginText(user, password) : '') };
}

function serverOptions({ login_host, login_port, login_unix_socket }: MysqlLogin): string[] {
  if (login_unix_socket !== undefined) return ['-S', login_unix_socket];
  return login_host === 'localhost' ? [] : ['-h', login_host, '-P', String(login_port)];
}

function loginText(user: string | undefined, password: string | undefined): string {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = [
    ...(user === undefined ? [] : [`user=${quoted(user)}`]),
    ...(password === undefined ? [] : [`password=${quoted(password)}`]),
  ];
  return `[client]\n${lines.join('\n')}\n`;
}

/** The rows that a query gives. Throws TaskFailure with what the client said. */
export async function mysqlRows(client: MysqlClient, query: string, host: Asks): Promise<string[][]> {
  const { rc, rows, stderr } = await host.mysqlQuery({ ...client, query });
  if (rc === 127) throw new TaskFailure("the host has no mysql: install MySQL's or MariaDB's client");
  if (rc !== 0) throw new TaskFailure(`unable to connect to database, or to ask it: ${stderr}`);
  return rows;
}

/** Performs statements, one after the other, until one fails. */
export function mysqlStep(client: MysqlClient, statements: string[], of: MysqlLogin, title: string): RunStep {
  const quiet = of.sql_log_bin ? [] : ['SET SQL_LOG_BIN=0'];
  const sql = [...quiet, ...statements].map((statement) => `${statement};\n`).join('');
  return {
    kind: 'run',
    argv: ['sh', '-c', MYSQL_CLIENT, 'mysql', ...client.options, '--batch'],
    stdin: new Secret(`${client.login ?? ''}.\n${sql}`),
    title,
    touches: ['/var/lib/mysql'],
  };
}
