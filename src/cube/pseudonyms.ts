import { type Fragment, join, lit, ref, sql } from '#sql';
import type { Table } from '#tables';

/** Columns that name a user, or embed one who is named: ids of sessions, and of some events, are hashes of such. */
const personalColumns: ReadonlySet<string> = new Set(['user_id', 'session_id', 'visit_id', 'player_id', 'event_id']);
/** Lists of such ids. */
const personalLists: ReadonlySet<string> = new Set(['sample_ids']);

/** Whether a statement reads a column whose values pseudonyms replace. */
export const namesPersonalColumn = (statement: string): boolean =>
  [...personalColumns, ...personalLists].some(column => statement.includes(column));

/**
 * The rows of a table with a keyed hash in place of every id of a person. Equal ids get equal pseudonyms in every table
 * and version, so joins, counts and look-ups by pseudonym work; who lacks the key cannot get from one to the other.
 */
export function pseudonymised(table: Table, rows: Fragment, key: string): Fragment {
  const replaced = Object.keys(table.columns).flatMap(column => {
    if (personalColumns.has(column)) return [sql`${pseudonym(ref(column), key)} as ${ref(column)}`];
    if (!personalLists.has(column)) return [];
    return [sql`list_transform(${ref(column)}, lambda id: ${pseudonym(ref('id'), key)}) as ${ref(column)}`];
  });
  return replaced.length === 0 ? rows : sql`select * replace (${join(replaced)}) from (${rows}) as named`;
}

/** 128 bits: too many to collide, and what is cut off keeps the hash from being continued. */
const pseudonym = (id: Fragment, key: string): Fragment => sql`left(sha256(${lit(key)} || ${lit('\n')} || ${id}), 32)`;
