import type { Node } from '@pgsql/types';
import { body } from '../planner/index.js';
import { notSupported, type Prepared, type Session, SqlError, sqlState } from '../postgres/index.js';

// Postgres' CURSOR_OPT_HOLD.
const holdOption = 0x20;
const cursorsMax = 100;

const missing = (name: string): SqlError => new SqlError(sqlState.invalidCursor, `cursor "${name}" does not exist`);

/** DECLARE, FETCH, MOVE and CLOSE; nothing for all else. `prepareSelect` prepares the cursor's own statement. */
export async function prepareCursorStatement(
  node: Node,
  session: Session,
  prepareSelect: (query: Node) => Promise<Prepared>,
): Promise<Prepared | undefined> {
  const declare = body(node, 'DeclareCursorStmt');
  if (declare?.query !== undefined) {
    return prepareDeclare(
      declare.portalname ?? '',
      (declare.options ?? 0) & holdOption,
      await prepareSelect(declare.query),
      session,
    );
  }
  const fetch = body(node, 'FetchStmt');
  if (fetch !== undefined) return prepareFetch(fetch, session);
  const close = body(node, 'ClosePortalStmt');
  if (close === undefined) return undefined;
  const { portalname: name } = close;
  return {
    parameterOids: [],
    fields: undefined,
    execute: async () => {
      if (name === undefined) session.cursors.clear();
      else if (!session.cursors.delete(name)) throw missing(name);
      return { rows: [], tag: () => (name === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR') };
    },
  };
}

function prepareDeclare(name: string, hold: number, prepared: Prepared, session: Session): Prepared {
  return {
    parameterOids: prepared.parameterOids,
    fields: undefined,
    execute: async binding => {
      if (hold === 0 && session.transaction !== 'T') {
        throw new SqlError('25P01', 'DECLARE CURSOR can only be used in transaction blocks', {
          hint: 'BEGIN first, or declare it WITH HOLD.',
        });
      }
      if (session.cursors.has(name)) throw new SqlError(sqlState.duplicateCursor, `cursor "${name}" already exists`);
      if (session.cursors.size >= cursorsMax)
        throw new SqlError(sqlState.limitExceeded, `more than ${cursorsMax} cursors in one session`);
      const { rows } = await prepared.execute({ ...binding, resultFormats: [] });
      session.cursors.set(name, { fields: prepared.fields ?? [], rows, isHeld: hold !== 0, position: 0 });
      return { rows: [], tag: () => 'DECLARE CURSOR' };
    },
  };
}

function prepareFetch(
  fetch: { direction?: string; howMany?: unknown; portalname?: string; ismove?: boolean },
  session: Session,
): Prepared {
  const name = fetch.portalname ?? '';
  const declared = session.cursors.get(name);
  if (declared === undefined) throw missing(name);
  if ((fetch.direction ?? 'FETCH_FORWARD') !== 'FETCH_FORWARD') {
    throw notSupported('cursors only move forward', 'Use FETCH FORWARD n.');
  }
  const count = Number(fetch.howMany ?? 0);
  const verb = fetch.ismove ? 'MOVE' : 'FETCH';
  return {
    parameterOids: [],
    fields: fetch.ismove ? undefined : declared.fields,
    execute: async () => {
      const cursor = session.cursors.get(name);
      if (cursor === undefined) throw missing(name);
      const rows = cursor.rows.slice(cursor.position, cursor.position + count);
      cursor.position += rows.length;
      return { rows: fetch.ismove ? [] : rows, tag: () => `${verb} ${rows.length}` };
    },
  };
}
