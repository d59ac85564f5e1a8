import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { thrift } from '@databricks/sql';

/** What is used of the `thrift` package, which has no types of its own. */
interface ThriftLibrary {
  readonly TBufferedTransport: {
    new (buffer: undefined, flushed: (message: Buffer) => void): object;
    receiver(received: (transport: object) => void): (message: Buffer) => void;
  };
  readonly TBinaryProtocol: new (transport: object) => object;
}

// The driver's own copy: another one would not know its messages.
const requireOfDriver = createRequire(createRequire(import.meta.url).resolve('@databricks/sql'));
const { TBufferedTransport, TBinaryProtocol }: ThriftLibrary = requireOfDriver('thrift');

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../packages/native/test/fixtures', name), 'utf8');

/** The certificate of `localhost` that the server shows, which signs itself. */
export const ca = fixture('localhost.cert.pem');

/** An answer that is no Thrift: a status, or none at all. */
export type HttpAnswer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang up';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The driver's Thrift service over TLS on a free port of localhost. Each method of the handler takes a request and promises the
 * answer. `instead` may answer a request before Thrift sees it; the name of the asked method is told.
 */
export async function serveThrift(
  handler: object,
  instead: (request: IncomingMessage, method: string) => HttpAnswer | undefined = () => undefined,
): Promise<Served> {
  const processor = new thrift.TCLIService.Processor(handler);
  const server = createServer({ key: fixture('localhost.key.pem'), cert: ca }, async (request, response) => {
    const message = await buffer(request);
    const answer = instead(request, methodOf(message));
    if (answer === 'hang up') {
      request.socket.destroy();
      return;
    }
    if (answer !== undefined) {
      response.writeHead(answer.status, answer.headers).end();
      return;
    }
    const output = new TBinaryProtocol(new TBufferedTransport(undefined, reply => response.end(reply)));
    try {
      TBufferedTransport.receiver(transport => processor.process(new TBinaryProtocol(transport), output))(message);
    } catch (cause) {
      // A method that the handler has not: whoever asks for it must not wait for ever.
      response.writeHead(501, String(cause)).end();
    }
  });
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on a port');
  return {
    port: address.port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Strict binary protocol: four bytes of version, four of length, the name. */
const methodOf = (message: Buffer): string => message.subarray(8, 8 + message.readInt32BE(4)).toString();
