import { AwsClient } from 'aws4fetch';
import type { FileFacts, Store } from '#delta';
import { PlayheadError } from '#errors';
import { type Listed, listObjects } from './list.js';
import type { S3Options } from './options.js';

/** How often a request is sent before its failure is told; the client waits longer each time, with jitter. */
const retriesMax = 5;

/**
 * A table's log in an object store. Paths are `/bucket/key`. A commit is a put under `If-None-Match: *`, which the store
 * refuses with 412 where the key exists; what is put is durable when it is answered, so `sync` has nothing to do.
 * @param send for tests; default: the global `fetch`
 */
export function createS3Store(options: S3Options, send: typeof fetch = fetch): Store {
  const { endpoint, accessKeyId, secretAccessKey, sessionToken, region } = options;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    region,
    service: 's3',
    retries: 0,
  });
  const addressOf = (path: string) => endpoint + path.split('/').map(encodeURIComponent).join('/');

  async function ask(method: string, path: string, request: RequestInit = {}, query = ''): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await client
        .sign(addressOf(path) + query, { method, ...request })
        .then(signed => send(signed))
        .catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
      const isPassing =
        outcome instanceof Error || outcome.status >= 500 || outcome.status === 429 || outcome.status === 409;
      if (!isPassing) return outcome;
      if (attempt > retriesMax) throw unreachable(path, outcome);
      await new Promise(resolve => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
    }
  }

  async function readObject(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const answer = await ask('GET', path);
    if (answer.status === 404) return undefined;
    return new Uint8Array(await (await accepted(answer, path)).arrayBuffer());
  }

  async function list(path: string, delimiter: string): Promise<Listed[]> {
    const [, bucket = '', ...key] = path.split('/');
    const prefix = key.length === 0 ? '' : `${key.join('/')}/`;
    return listObjects(prefix, delimiter, async query => {
      const answer = await ask('GET', `/${bucket}`, {}, query);
      return answer.status === 404 ? undefined : (await accepted(answer, path)).text();
    });
  }

  return {
    list: async folder => (await list(folder, '/')).map(({ key }) => key.split('/').at(-1) ?? ''),

    async facts(path) {
      const answer = await ask('HEAD', path);
      if (answer.status === 404) return undefined;
      const { headers } = await accepted(answer, path);
      return factsOf(Number(headers.get('content-length')), headers.get('last-modified'), headers.get('etag'));
    },

    read: readObject,

    async putIfAbsent(path, content) {
      const answer = await ask('PUT', path, { body: bodyOf(content), headers: { 'If-None-Match': '*' } });
      if (answer.status !== 412) {
        await accepted(answer, path);
        return true;
      }
      // The first of two tries may have come through without its answer: then the object is this one.
      const found = await readObject(path);
      return found !== undefined && Buffer.from(content).equals(found);
    },

    async put(path, content) {
      await accepted(await ask('PUT', path, { body: bodyOf(content) }), path);
    },

    // What was put was durable when it was answered.
    sync: async () => {},

    async remove(path) {
      await accepted(await ask('DELETE', path), path);
    },

    async walk(folder, entersFolder) {
      const [, bucket = ''] = folder.split('/');
      const objects = await list(folder, '');
      return objects.flatMap(({ key, size, modified, etag }) => {
        const path = `/${bucket}/${key}`;
        const folders = path
          .slice(folder.length + 1)
          .split('/')
          .slice(0, -1);
        return folders.every(entersFolder) ? [{ path, facts: factsOf(size, modified, etag) }] : [];
      });
    },
  };
}

const bodyOf = (content: Uint8Array | string) => (typeof content === 'string' ? content : new Uint8Array(content));

const factsOf = (sizeBytes: number, modified: string | null, etag: string | null): FileFacts => ({
  sizeBytes,
  modifiedMs: Date.parse(modified ?? '') || 0,
  identity: `${etag}:${sizeBytes}`,
});

/** @throws DATA_NOT_WRITABLE, DATA_NOT_FOUND */
async function accepted(answer: Response, at: string): Promise<Response> {
  if (answer.ok) return answer;
  const said = /<Code>([^<]*)<\/Code>/.exec(await answer.text())?.[1] ?? `HTTP ${answer.status}`;
  const isRefused = answer.status === 401 || answer.status === 403;
  throw new PlayheadError({
    code: isRefused ? 'DATA_NOT_WRITABLE' : 'DATA_NOT_FOUND',
    at: `s3:/${at}`,
    message: `the object store refused: ${said}`,
    hint: isRefused ? 'check the credentials and what they may do in this bucket' : 'check bucket, region and endpoint',
  });
}

function unreachable(at: string, outcome: Error | Response): PlayheadError {
  return new PlayheadError({
    code: 'DATA_NOT_FOUND',
    at: `s3:/${at}`,
    message: `the object store gave no answer: ${outcome instanceof Error ? outcome.message : `HTTP ${outcome.status}`}`,
    hint: 'check the endpoint and the network; nothing says whether the last write came through: run again',
    cause: outcome instanceof Error ? outcome : undefined,
  });
}
