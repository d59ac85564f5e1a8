import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

const suffix = '.br';

/**
 * Sends `<file>.br` instead of `<file>` to clients that take Brotli, where the build has written one beside it. To be put
 * before the middleware that serves the folder.
 */
export function preferPrecompressed(folder: string): RequestHandler {
  const compressed = new Set(
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter(name => name.endsWith(suffix))
      .map(name => `/${name.slice(0, -suffix.length)}`),
  );
  return (request, response, next) => {
    const path = request.path === '/' ? '/index.html' : request.path;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || !compressed.has(path)) {
      next();
      return;
    }
    response.vary('accept-encoding');
    if (request.acceptsEncodings('br') === 'br') {
      response.setHeader('content-encoding', 'br');
      response.type(extname(path));
      request.url = `${path}${suffix}`;
    }
    next();
  };
}
