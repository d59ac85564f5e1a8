import { createServer, type IncomingHttpHeaders } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';

/** What came in at a receiver. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status to answer with, or to leave the caller waiting. */
export type Answer = number | 'hang' | 'drop' | 'slow_headers';

/** A real HTTP server that answers as it is told: one answer a request, the last one for ever. */
export async function openReceiver(answers: Answer[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === 'hang') return;
      if (answer === 'drop') {
        request.socket.destroy();
        return;
      }
      if (answer === 'slow_headers') {
        // Begins an answer and never ends it.
        response.writeHead(200).write('o');
        return;
      }
      response
        .writeHead(answer ?? 200, answer === 302 ? { location: '/elsewhere' } : {})
        .end('secret words of the server');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/services/T00/B00/secretpath`,
    received,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A real SMTP server that keeps what it gets, or refuses. */
export async function openMailServer({
  refuse,
  password,
  isSilent = false,
}: {
  readonly refuse?: number;
  readonly password?: string;
  readonly isSilent?: boolean;
} = {}) {
  const mails: string[] = [];
  const refusal = (code: number) => Object.assign(new Error('go away'), { responseCode: code });
  const server = new SMTPServer({
    disabledCommands: password === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    authOptional: password === undefined,
    allowInsecureAuth: true,
    // No name server need be there, and none is waited for.
    disableReverseLookup: true,
    onConnect: (_session, done) => {
      // A server that accepts and then says nothing.
      if (!isSilent) done();
    },
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: auth.username }) : done(refusal(535)),
    onRcptTo: (_address, _session, done) => done(refuse === undefined ? null : refusal(refuse)),
    onData: (stream, _session, done) => {
      let mail = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        mail += text;
      });
      stream.on('end', () => {
        mails.push(mail);
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.server.address());
  return { port, mails, close: () => new Promise<void>(resolve => server.close(() => resolve())) };
}
