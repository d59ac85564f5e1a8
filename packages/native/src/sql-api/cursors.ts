import type { Node } from '@pgsql/types';
import { body } from '../planner/index.js';
import { notSupported, type Prepared, type Session, SqlError, sqlState } from '../postgres/index.js';
import type { Direction } from './cursor-moves.js';
import { SqlCursor } from './sql-cursor.js';

// Postgres' CURSOR_OPT_HOLD and CURSOR_OPT_NO_SCROLL.
const holdOption = 0x20;
const noScrollOption = 0x04;
const cursorsMax = 100;
const directions: readonly Direction[] = ['FETCH_FORWARD', 'FETCH_BACKWARD', 'FETCH_ABSOLUTE', 'FETCH_RELATIVE'];

const missing = (name: string): SqlError => new SqlError(sqlState.invalidCursor, `cursor "${name}" does not exist`);

/** DECLARE, FETCH, MOVE and CLOSE; nothing for all else. `prepareSelect` prepares the cursor's own statement. */
export async function prepareCursorStatement(
  node: Node,
  session: Session,
  prepareSelect: (query: Node) => Promise<Prepared>,
  keptMax: number,
): Promise<Prepared | undefined> {
  const declare = body(node, 'DeclareCursorStmt');
  if (declare?.query !== undefined) {
    const prepared = await prepareSelect(declare.query);
    return prepareDeclare(declare.portalname ?? '', declare.options ?? 0, prepared, session, keptMax);
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
      if (name === undefined) session.closeAll();
      else if (!session.cursors.delete(name)) throw missing(name);
      return { rows: [], tag: () => (name === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR') };
    },
  };
}

function prepareDeclare(
  name: string,
  options: number,
  prepared: Prepared,
  session: Session,
  keptMax: number,
): Prepared {
  const isHeld = (options & holdOption) !== 0;
  return {
    parameterOids: prepared.parameterOids,
    fields: undefined,
    execute: async binding => {
      if (!isHeld && !session.transaction.keepsCursors) {
        throw new SqlError(sqlState.noTransaction, 'DECLARE CURSOR can only be used in transaction blocks', {
          hint: 'BEGIN first, or declare it WITH HOLD.',
        });
      }
      if (session.cursors.has(name)) throw new SqlError(sqlState.duplicateCursor, `cursor "${name}" already exists`);
      if (session.cursors.size >= cursorsMax)
        throw new SqlError(sqlState.limitExceeded, `more than ${cursorsMax} cursors in one session`);
      const result = await prepared.execute({ ...binding, resultFormats: [] });
      const isForwardOnly = (options & noScrollOption) !== 0;
      const cursor = new SqlCursor(result, { fields: prepared.fields ?? [], isHeld, isForwardOnly, keptMax });
      session.cursors.set(name, cursor);
      return { rows: [], tag: () => 'DECLARE CURSOR' };
    },
  };
}

function prepareFetch(
  fetch: { direction?: string; howMany?: unknown; portalname?: string; ismove?: boolean },
  session: Session,
): Prepared {
  const name = fetch.portalname ?? '';
  const direction = directions.find(known => known === (fetch.direction ?? 'FETCH_FORWARD'));
  if (direction === undefined) throw notSupported(`FETCH in direction ${fetch.direction} is not supported`);
  const count = Number(fetch.howMany ?? 0);
  const verb = fetch.ismove ? 'MOVE' : 'FETCH';
  return {
    parameterOids: [],
    // A driver may prepare FETCH once and declare the cursor anew each time.
    get fields() {
      return fetch.ismove ? undefined : session.cursors.get(name)?.fields;
    },
    execute: async ({ resultFormats }) => {
      const cursor = session.cursors.get(name);
      if (!(cursor instanceof SqlCursor)) throw missing(name);
      if (resultFormats.includes(1)) {
        throw notSupported('the rows of a cursor come as text', 'Ask for text results, or leave the cursor out.');
      }
      const rows = await cursor.move(direction, count);
      return { rows: fetch.ismove ? [] : rows, tag: () => `${verb} ${rows.length}` };
    },
  };
}
