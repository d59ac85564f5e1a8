import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

const folder = fileURLToPath(new URL('../../dist/graphiql', import.meta.url));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>GraphiQL · Playhead</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/graphiql-page.css">
    <style>html, body, #graphiql { height: 100%; margin: 0 }</style>
  </head>
  <body>
    <div id="graphiql">GraphiQL is not built (npm run build), or scripts are off.</div>
    <script type="module" src="/graphiql/graphiql-page.js"></script>
  </body>
</html>
`;

/** GraphiQL at `/graphiql`, from files of our own: for development only, where the contract may be read. */
export function graphiql(): Router {
  const router = Router();
  router.get('/graphiql', (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(page);
  });
  router.use('/graphiql', express.static(folder, { index: false, dotfiles: 'ignore' }));
  return router;
}
