import { z } from 'zod';
import { mysqlName, mysqlText } from '../lib/mysqlClient.ts';
import { defineModule } from '../module/define.ts';
import { type MysqlClient, mysqlClient, mysqlLogin, mysqlRows, mysqlStep } from '../module/mysql/client.ts';
import { ansibleText, choice, listOf } from '../module/params.ts';
import { type Change, changes } from '../module/plan.ts';

interface DatabaseChange extends Change {
  statement: string;
  client: MysqlClient;
}

export default defineModule({
  name: 'mysql_db',
  collection: 'community.mysql',
  doc: `Creates and drops databases of MySQL and MariaDB, by the client mysql on the host.

Dumping and importing are not there.`,
  aliases: { db: 'name' },
  params: z.strictObject({
    name: listOf(ansibleText()).describe('The databases.'),
    state: choice(['absent', 'present']).default('present').describe('What shall be.'),
    encoding: ansibleText().default('').describe('Encoding of a new database.'),
    collation: ansibleText().default('').describe('Order of texts in a new database.'),
    target: ansibleText().optional().describe('Has no effect: it is about dumps.'),
    ...mysqlLogin,
  }),
  async read(given, host): Promise<{ client: MysqlClient; there: string[] }> {
    const client = await mysqlClient(given, host);
    const names = given.name.map((name) => mysqlText(name)).join(', ');
    const query = `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (${names})`;
    const rows = await mysqlRows(client, query, host);
    return { client, there: rows.map(([name]) => name!) };
  },
  plan({ name, state, encoding, collation }, { client, there }) {
    const due = name.filter((one) => there.includes(one) === (state === 'absent'));
    const list = due.map((one): DatabaseChange => {
      const statement =
        state === 'absent' ? `DROP DATABASE ${mysqlName(one)}` : createStatement(one, encoding, collation);
      return { summary: `${state === 'absent' ? 'drop' : 'create'} database ${one}`, statement, client };
    });
    const told = { db: name.join(' '), db_list: name };
    return changes(list, { ...told, executed_commands: list.map(({ statement }) => statement) });
  },
  steps: ({ statement, client, summary }: DatabaseChange, given) => [
    mysqlStep(client, [statement], given, summary),
  ],
});

function createStatement(name: string, encoding: string, collation: string): string {
  const words = [
    `CREATE DATABASE ${mysqlName(name)}`,
    ...(encoding ? [`CHARACTER SET ${mysqlText(encoding)}`] : []),
    ...(collation ? [`COLLATE ${mysqlText(collation)}`] : []),
  ];
  return words.join(' ');
}
