import { SignJWT } from 'jose';
import pg from 'pg';
import { z } from 'zod';
import type { CubeServer } from '#cube';

export const secret = 'a-secret-of-this-test-0123456789';

export const token = (claims: Record<string, unknown>, key = secret): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(new TextEncoder().encode(key));

/** The doors of Cube for one caller: over HTTP by a token, over SQL by a user. */
export interface Doors {
  /** What the caller is told to exist, as `cube.member`. */
  shown(): Promise<Shown>;
  shownByMeta(): Promise<string[]>;
  shownByGraphql(): Promise<string[]>;
  shownBySql(): Promise<string[]>;
  /** Rows by REST. */
  load(query: object): Promise<Answer>;
  /** Any path of REST, as text. */
  post(path: string, body: object): Promise<{ readonly status: number; readonly text: string }>;
  sql(statement: string): Promise<Answer>;
}

export interface Shown {
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
  readonly segments: readonly string[];
}

export type Answer =
  | { readonly kind: 'rows'; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'refused'; readonly text: string };

const named = z.object({ name: z.string() });
const metaSchema = z.object({
  cubes: z.array(z.object({ measures: z.array(named), dimensions: z.array(named), segments: z.array(named) })),
});
const graphqlType = z.object({
  data: z.object({
    __schema: z.object({
      types: z.array(z.object({ name: z.string(), fields: z.array(named).nullable() })),
    }),
  }),
});
const loaded = z.union([
  z.object({ data: z.array(z.record(z.string(), z.unknown())) }),
  z.object({ error: z.literal('Continue wait') }),
]);
const columns = z.array(z.object({ table_name: z.string(), column_name: z.string() }));

const introspection = '{ __schema { types { name fields { name } } } }';

export function openDoors(cube: CubeServer, user: string, password: string, bearer: string): Doors {
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: bearer, 'content-type': 'application/json' };
    const response = await fetch(`${cube.url}/cubejs-api${path}`, { ...init, headers });
    return { status: response.status, text: await response.text() };
  };
  const post = (path: string, body: object) => request(path, { method: 'POST', body: JSON.stringify(body) });
  const load = async (query: object): Promise<Answer> => {
    const { status, text } = await post('/v1/load', { query });
    if (status !== 200) return { kind: 'refused', text };
    const answer = loaded.parse(JSON.parse(text));
    return 'data' in answer ? { kind: 'rows', rows: answer.data } : load(query);
  };
  const sql = async (statement: string): Promise<Answer> => {
    const client = new pg.Client({ host: '127.0.0.1', port: cube.sqlPort, user, password, database: 'playhead' });
    await client.connect();
    try {
      return { kind: 'rows', rows: (await client.query(statement)).rows };
    } catch (error) {
      return { kind: 'refused', text: errorText(error) };
    } finally {
      await client.end();
    }
  };
  const shown = async (): Promise<Shown> => {
    const { status, text } = await request('/v1/meta');
    if (status !== 200) return { measures: [], dimensions: [], segments: [] };
    const { cubes } = metaSchema.parse(JSON.parse(text));
    return {
      measures: cubes.flatMap(({ measures }) => measures.map(nameOf)),
      dimensions: cubes.flatMap(({ dimensions }) => dimensions.map(nameOf)),
      segments: cubes.flatMap(({ segments }) => segments.map(nameOf)),
    };
  };
  return {
    load,
    post,
    sql,
    shown,
    shownByMeta: async () => Object.values(await shown()).flat(),
    shownByGraphql: async () => {
      const { status, text } = await post('/graphql', { query: introspection });
      if (status !== 200) return [];
      const { types } = graphqlType.parse(JSON.parse(text)).data.__schema;
      return types.flatMap(({ name, fields }) => {
        const cubeName = /^(\w+)Members$/.exec(name)?.[1];
        return cubeName === undefined ? [] : (fields ?? []).map(field => `${snakeCase(cubeName)}.${field.name}`);
      });
    },
    shownBySql: async () => {
      const answer = await sql(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'",
      );
      if (answer.kind === 'refused') return [];
      return columns
        .parse(answer.rows)
        .filter(({ column_name: name }) => !name.startsWith('__'))
        .map(({ table_name: table, column_name: name }) => `${table}.${name}`);
    },
  };
}

const nameOf = ({ name }: { readonly name: string }) => name;
const snakeCase = (name: string) => name.replaceAll(/(?<!^)[A-Z]/g, letter => `_${letter}`).toLowerCase();

/** Message, detail and hint: everything that an error tells. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return JSON.stringify([
    error.message,
    Reflect.get(error, 'detail'),
    Reflect.get(error, 'hint'),
    Reflect.get(error, 'code'),
  ]);
}
