/** What runs in the page `/graphiql` of a development server; scripts/build.mjs bundles it, so that nothing is loaded from elsewhere. */
import 'graphiql/graphiql.css';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const defaultQuery = `# Press the button, or Ctrl-Enter. Every type and field is described at the left.
{
  freshness { state dataVersion }
  videos(first: 3) { nodes { title watchTimeS completionRate } }
}
`;

/** Asks the gateway; headers are those of the tab "Headers" (a token, an older version). */
async function fetcher(question, { headers } = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(question),
  });
  return response.json();
}

createRoot(document.getElementById('graphiql')).render(createElement(GraphiQL, { fetcher, defaultQuery }));
