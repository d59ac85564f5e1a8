import type { Table } from '../cube/index.js';
import { pgTypes } from '../postgres/index.js';

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Empty relations that look like the cubes and views, so that every client finds them the way it finds anything in
 * Postgres. Views are views, and each column carries its description. The order is the model's: equal models get equal
 * OIDs, which clients keep between statements.
 */
export function buildCatalogDdl(tables: readonly Table[]): string {
  return [prelude, ...tables.filter(table => table.members.length > 0).map(tableDdl)].join('\n');
}

/** MEASURE must be known as a name; it is never called, since the planner takes it out. */
const prelude = `
SET standard_conforming_strings = on;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
`;

function tableDdl(table: Table): string {
  const name = `public.${quoteName(table.name)}`;
  const columns = table.members.map(member => ({
    ...member,
    quoted: quoteName(member.name),
    sql: pgTypes[member.type].sql,
  }));
  const relation = table.isView
    ? `CREATE VIEW ${name} AS SELECT ${columns.map(({ quoted, sql }) => `NULL::${sql} AS ${quoted}`).join(', ')} WHERE false;`
    : `CREATE TABLE ${name} (${columns.map(({ quoted, sql }) => `${quoted} ${sql}`).join(', ')});`;
  const about = (what: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`COMMENT ON ${what} IS ${quoteText(text)};`];
  return [
    relation,
    ...about(`${table.isView ? 'VIEW' : 'TABLE'} ${name}`, table.description),
    ...columns.flatMap(({ quoted, kind, description }) =>
      about(`COLUMN ${name}.${quoted}`, description ?? (kind === 'measure' ? 'Measure: use MEASURE(...)' : undefined)),
    ),
  ].join('\n');
}
