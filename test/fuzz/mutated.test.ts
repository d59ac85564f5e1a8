import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTinyCube, type TinyCube } from '../../packages/native/test/tiny-cube.js';
import {
  errorFields,
  frontend,
  type Reply,
  rowValues,
  tell,
  WireClient,
} from '../../packages/native/test/wire-client.js';

/** Broken bytes: a clear end or a clear error for the sender, and nothing for anybody else. */
let cube: TinyCube;
let bystander: WireClient;

beforeAll(async () => {
  cube = await startTinyCube();
  bystander = await open();
});
afterAll(async () => {
  bystander?.end();
  await cube?.close();
});

const open = () => WireClient.login(cube.sqlPort, 'ldap', 'right');

async function bystanderIsServed(): Promise<void> {
  bystander.send(frontend.query('select device, count(*) from orders where device is not null group by 1 order by 1'));
  expect((await bystander.ready()).map(tell)).toEqual([
    ...['T device:25/-1, count:20/8', 'D App, 1', 'D web, 2', 'C SELECT 2', 'Z I'],
  ]);
}

beforeEach(bystanderIsServed);

const messages = [
  frontend.query('select 1; select count(*) from orders'),
  frontend.parse('select $1::int8 as a, $2::text as b', 's', [20, 25]),
  frontend.bind({ statement: 's', values: ['12', 'ä'], parameterFormats: [0, 0], resultFormats: [1, 0] }),
  frontend.describe('P'),
  frontend.execute('', 1),
  frontend.close('S', 's'),
  frontend.parse('select device from orders where order_amount > $1 and created_at < $2 group by 1'),
  frontend.bind({ values: ['5', '2024-03-01'] }),
  frontend.execute(),
];
const seed = Number(process.env['FUZZ_SEED'] ?? 6);
const edits = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), byte: fc.nat(255) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

const isEnd = (reply: Reply) => reply.type === 'D' && rowValues(reply)[0]?.toString() === 'the end';
const isInternal = (reply: Reply) => reply.type === 'E' && errorFields(reply)['C'] === 'XX000';

describe('bytes inside of messages', () => {
  it('are an error of the statement, and the connection goes on', async () => {
    const property = fc.asyncProperty(fc.nat(messages.length - 1), edits, async (index, changes) => {
      const client = await open();
      const sent = messages.map(message => Buffer.from(message));
      const broken = sent[index] ?? Buffer.alloc(0);
      // Type and length stay, so that the server does not wait for bytes that never come.
      for (const { at, byte } of changes) broken[5 + Math.floor(at * (broken.length - 5))] = byte;
      client.send(...sent, frontend.sync(), frontend.query("rollback; select 'the end'"));
      const replies = await client.until(isEnd);
      client.end();
      expect(replies.filter(isInternal).map(errorFields)).toEqual([]);
      expect(replies.at(-1)).toSatisfy(isEnd);
    });
    await fc.assert(property, { numRuns: 150, seed });
    await bystanderIsServed();
  }, 240_000);
});

describe('heads of messages', () => {
  it.each([
    ['an unknown type', Buffer.from([0x21, 0, 0, 0, 4]), '08P01'],
    ['a length below 4', Buffer.from([0x51, 0, 0, 0, 3]), '08P01'],
    ['a negative length', Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff]), '08P01'],
    ['a length above the limit', Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff]), '54000'],
    ['a password when nobody has asked', frontend.password('x'), '08P01'],
  ])('%s: %s', async (_title, bytes, state) => {
    const client = await open();
    client.send(bytes, frontend.sync());
    const [first] = await client.until(({ type }) => type === 'E');
    expect(first === undefined ? '' : errorFields(first)['C']).toBe(state);
    client.end();
    await bystanderIsServed();
  });
});

it('a client that goes away in the middle of a message, or of its login, leaves nothing behind', async () => {
  const whole = Buffer.concat([...messages, frontend.sync()]);
  const startup = frontend.startup({ user: 'ldap', database: 'any' });
  const property = fc.asyncProperty(
    fc.boolean(),
    fc.double({ min: 0, max: 1, noNaN: true }),
    async (isLoggedIn, share) => {
      const client = isLoggedIn ? await open() : await WireClient.connect(cube.sqlPort);
      const bytes = isLoggedIn ? whole : startup;
      client.send(bytes.subarray(0, Math.floor(share * bytes.length)));
      client.socket.destroySoon();
      await client.closed();
    },
  );
  await fc.assert(property, { numRuns: 60, seed });
  await bystanderIsServed();
});

it('start-up packets of random bytes are refused, each with a state', async () => {
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 4, maxLength: 60 }), async bytes => {
    const client = await WireClient.connect(cube.sqlPort);
    const head = Buffer.alloc(4);
    head.writeInt32BE(bytes.length + 4);
    client.send(head, Buffer.from(bytes));
    const replies = await client.until(({ type }) => type === 'E');
    client.end();
    expect(replies.map(reply => errorFields(reply)['C']).join()).toMatch(/^(08P01|28000|0A000|22023|)$/);
  });
  await fc.assert(property, { numRuns: 60, seed });
  await bystanderIsServed();
});
