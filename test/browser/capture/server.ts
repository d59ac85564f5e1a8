import { appendFile, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CaptureServer {
  readonly url: string;
  /** Rows that have arrived so far. */
  readonly received: () => number;
  readonly close: () => Promise<void>;
}

/** Serves the capture page and the clip (byte ranges, so that the browser can seek), and appends each logged row to a file. */
export async function openCaptureServer({ clip, log }: { clip: string; log: string }): Promise<CaptureServer> {
  const page = await readFile(new URL('./page.html', import.meta.url));
  const video = await readFile(clip);
  let received = 0;
  let writing = Promise.resolve();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://capture').pathname;
    if (path === '/log') {
      const body = Buffer.concat(await request.toArray()).toString('utf8');
      writing = writing.then(() => appendFile(log, `${body}\n`));
      await writing;
      received += 1;
      response.writeHead(204).end();
    } else if (path === '/clip.webm') sendRange(request, response, video);
    else response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.destroy(error));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    received: () => received,
    close: async () => {
      await writing;
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range === null) {
    response.writeHead(200, { 'content-type': 'video/webm', 'content-length': bytes.length, 'accept-ranges': 'bytes' });
    response.end(bytes);
    return;
  }
  const from = Number(range[1]);
  const to = range[2] === '' ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
  response.writeHead(206, {
    'content-type': 'video/webm',
    'content-range': `bytes ${from}-${to}/${bytes.length}`,
    'content-length': to - from + 1,
  });
  response.end(bytes.subarray(from, to + 1));
}
