/** What the benchmarks of the doors share: a free port, and questions asked alone or by many clients at once. */
import { createServer } from 'node:net';

export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Milliseconds. */
export async function timed(ask) {
  const begun = performance.now();
  await ask();
  return performance.now() - begun;
}
/** The milliseconds of each of so many questions, one after the other. */
export const alone = async (times, ask) => {
  const took = [];
  for (let i = 0; i < times; i += 1) took.push(await timed(() => ask(i)));
  return took;
};
/** The same by so many clients at once; `ask` is told the question's and the client's number. */
export const together = async (clients, times, ask) =>
  (await Promise.all(Array.from({ length: clients }, (_, client) => alone(times, i => ask(i, client))))).flat();
/** The milliseconds that a share of the questions took at most. */
export const at = (took, share) =>
  took.toSorted((a, b) => a - b)[Math.min(took.length - 1, Math.floor(share * took.length))];
