import type { Config } from '#config';

/** Where each door is, once all are open. */
export interface Doors {
  readonly gatewayUrl: string;
  /** None where Cube runs elsewhere. */
  readonly cube: CubeDoors | undefined;
}

export interface CubeDoors {
  readonly url: string;
  readonly sqlPort: number;
}

/** One door: its address and a first question for it, ready to paste. */
export interface Door {
  readonly name: string;
  readonly address: string;
  readonly first: string;
}

/** The doors in the order in which people look for them. Secrets are shown in development only, where everybody knows them. */
export function describeDoors(config: Config, { gatewayUrl, cube }: Doors): Door[] {
  const isOpen = config.environment === 'development';
  const token = isOpen ? '' : ' -H "authorization: Bearer $TOKEN"';
  const graphql = JSON.stringify({ query: '{ videos(first: 5) { nodes { title watchTimeS completionRate } } }' });
  return [
    { name: 'Dashboard', address: `${gatewayUrl}/`, first: 'open it in a browser' },
    {
      name: 'GraphQL',
      address: `${gatewayUrl}/graphql`,
      first: `curl -s ${gatewayUrl}/graphql${token} -H 'content-type: application/json' -d '${graphql}'`,
    },
    ...(cube === undefined ? [] : describeCubeDoors(config, cube, token)),
  ];
}

function describeCubeDoors(config: Config, { url: cubeUrl, sqlPort }: CubeDoors, token: string): Door[] {
  const isOpen = config.environment === 'development';
  const { sql_user, sql_password } = config.secrets;
  const login = isOpen ? `${sql_user}:${sql_password}` : sql_user;
  const encryption = config.serve.sql_tls === undefined ? '' : '?sslmode=require';
  const postgres = `postgres://${login}@${config.host}:${sqlPort}/playhead${encryption}`;
  const question = JSON.stringify({ measures: ['videos.watch_time_s'], dimensions: ['videos.title'], limit: 5 });
  return [
    {
      name: 'REST',
      address: `${cubeUrl}/cubejs-api/v1`,
      first: `curl -s -G ${cubeUrl}/cubejs-api/v1/load${token} --data-urlencode 'query=${question}'`,
    },
    {
      name: 'SQL',
      address: postgres,
      first: `psql '${postgres}' -c 'select title, measure(watch_time_s) from video_performance group by 1 order by 2 desc limit 5'`,
    },
    ...(isOpen ? [{ name: 'Playground', address: `${cubeUrl}/`, first: 'open it in a browser' }] : []),
  ];
}

/** The same for people. */
export function doorLines(data: string, doors: readonly Door[]): string {
  const lines = doors.flatMap(({ name, address, first }) => [
    `  ${name.padEnd(11)}${address}`,
    `             ${first}`,
  ]);
  return [`Playhead serves ${data}; stop it with Ctrl+C`, ...lines].join('\n');
}
