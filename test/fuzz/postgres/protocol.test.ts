import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTinyCube, type TinyCube } from '../../../packages/native/test/tiny-cube.js';
import {
  errorFields,
  frontend,
  type Reply,
  rowValues,
  tell,
  WireClient,
} from '../../../packages/native/test/wire-client.js';
import { type RealPostgres, startPostgres } from './real-postgres.js';
import { bytesOf, conversations, type Step } from './steps.js';

/** The SQL API against a real PostgreSQL: the same bytes to both, and the same messages back. */
let postgres: RealPostgres;
let cube: TinyCube;

beforeAll(async () => {
  postgres = await startPostgres();
  cube = await startTinyCube();
});
afterAll(async () => {
  await postgres?.stop();
  await cube?.close();
});

const isEnd = (reply: Reply) => reply.type === 'D' && rowValues(reply)[0]?.toString() === 'the end';
const runs = Number(process.env['FUZZ_RUNS'] ?? 1000);

/** Sends everything at once, then what ends any state; the replies in lines. */
async function converse(client: WireClient, steps: readonly Step[]): Promise<string[]> {
  client.send(...steps.map(bytesOf), frontend.sync(), frontend.query("rollback; select 'the end'"));
  const replies = [...(await client.until(isEnd)), ...(await client.ready())];
  client.end();
  return replies.filter(isTold).map(tell);
}

/** Settings that the two start with differ; of these both tell every change. */
const isTold = (reply: Reply) => {
  if (reply.type === 'S') return /^(application_name|TimeZone|DateStyle)\0/.test(reply.body.toString());
  // 01000: Postgres' remarks about its own snapshots.
  return tell(reply) !== 'N WARNING 01000';
};

/** Known to be refused (0A000): the rows of DECLARE are kept as text. */
const asksCursorInBinary = (steps: readonly Step[]) =>
  steps.some(step => step.do === 'bind' && step.resultFormats.includes(1)) &&
  steps.some(step => 'sql' in step && step.sql.includes('fetch'));

it('answers any order of messages as PostgreSQL does', async () => {
  const property = fc.asyncProperty(conversations, async steps => {
    fc.pre(!asksCursorInBinary(steps));
    const [theirs, ours] = await Promise.all([
      WireClient.login(postgres.port, 'postgres', '').then(client => converse(client, steps)),
      WireClient.login(cube.sqlPort, 'ldap', 'right').then(client => converse(client, steps)),
    ]);
    expect(ours).toEqual(theirs);
  });
  await fc.assert(property, { numRuns: runs, seed: Number(process.env['FUZZ_SEED'] ?? 6) });
});

it('says the same to bytes that are no text', async () => {
  const bytes = [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]];
  const select = (value: Buffer) => Buffer.concat([Buffer.from("select '"), value, Buffer.from("' as t")]);
  const told = async (client: WireClient): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (const value of [...bytes, [0x61, 0]].map(each => Buffer.from(each))) {
      client.send(
        ...[frontend.query(select(value)), frontend.parse(select(value)), frontend.sync()],
        ...[0, 1].flatMap(format => [
          ...[frontend.parse('select $1::text as t'), frontend.bind({ values: [value], parameterFormats: [format] })],
          ...[frontend.execute(), frontend.sync()],
        ]),
      );
      for (const replies of [await client.ready(), await client.ready(), await client.ready(), await client.ready()]) {
        lines.push(...replies.map(reply => (reply.type === 'E' ? errorFields(reply)['M'] : undefined) ?? tell(reply)));
      }
    }
    client.end();
    return lines;
  };
  const theirs = await told(await WireClient.login(postgres.port, 'postgres', ''));
  expect(theirs).toContain('invalid byte sequence for encoding "UTF8": 0xed 0xa0 0x80');
  expect(await told(await WireClient.login(cube.sqlPort, 'ldap', 'right'))).toEqual(theirs);
});
