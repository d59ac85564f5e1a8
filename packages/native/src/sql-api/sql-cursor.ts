import { type Cursor, type ResultField, type RowStream, SqlError, sqlState } from '../postgres/index.js';
import { type Direction, moveCursor } from './cursor-moves.js';

/**
 * A cursor of DECLARE. Rows that come as a stream are read as far as they are asked for; behind the cursor it keeps as
 * many as one answer of Cube may have, so that it can go back that far.
 */
export class SqlCursor implements Cursor {
  readonly fields: readonly ResultField[];
  readonly isHeld: boolean;
  private readonly isForwardOnly: boolean;
  private readonly keptMax: number;
  private readonly more: RowStream | undefined;
  private kept: readonly Buffer[];
  /** Rows before the kept ones that are gone. */
  private droppedCount = 0;
  private isWhole: boolean;
  /** 0 before the first row, its number on a row, one more than there are rows after the last. */
  private position = 0;

  constructor(
    result: { readonly rows: readonly Buffer[]; readonly more?: RowStream },
    options: {
      readonly fields: readonly ResultField[];
      readonly isHeld: boolean;
      readonly isForwardOnly: boolean;
      readonly keptMax: number;
    },
  ) {
    this.fields = options.fields;
    this.isHeld = options.isHeld;
    this.isForwardOnly = options.isForwardOnly;
    this.keptMax = options.keptMax;
    this.kept = result.rows;
    this.more = result.more;
    this.isWhole = result.more === undefined;
  }

  /** Moves the cursor, and answers the rows that it passes. */
  async move(direction: Direction, count: number): Promise<readonly Buffer[]> {
    await this.readTo(this.rowsFor(direction, count));
    const from = this.position - this.droppedCount;
    const to = direction === 'FETCH_ABSOLUTE' && count > 0 ? count - this.droppedCount : count;
    const { rows, position } = moveCursor(this.kept, from, direction, to);
    const isTooFarBack = this.droppedCount > 0 && position < 1 && !(position === from && rows.length === 0);
    if (isTooFarBack || (this.isForwardOnly && position < from)) {
      throw new SqlError('55000', 'cursor can only scan forward', {
        hint: 'Declare it with SCROLL option to enable backward scan.',
      });
    }
    this.position = position + this.droppedCount;
    this.drop();
    return rows;
  }

  close(): void {
    this.more?.close();
    this.kept = [];
    this.isWhole = true;
  }

  /** How many rows have to be there for a move. */
  private rowsFor(direction: Direction, count: number): number {
    if (direction === 'FETCH_ABSOLUTE') return count < 0 ? Number.POSITIVE_INFINITY : count;
    return direction === 'FETCH_BACKWARD' ? this.position - count : this.position + count;
  }

  private async readTo(wanted: number): Promise<void> {
    const batches: (readonly Buffer[])[] = [];
    let count = this.droppedCount + this.kept.length;
    while (this.more !== undefined && !this.isWhole && count < wanted) {
      if (count - this.position > this.keptMax) throw tooFar(this.keptMax);
      const batch = await this.more.next();
      this.isWhole = batch.length === 0;
      batches.push(batch);
      count += batch.length;
    }
    if (batches.length > 0) this.kept = [this.kept, ...batches].flat();
  }

  private drop(): void {
    const excess = this.position - this.droppedCount - this.keptMax;
    if (this.more === undefined || excess <= 0) return;
    this.kept = this.kept.slice(excess);
    this.droppedCount += excess;
  }
}

const tooFar = (keptMax: number): SqlError =>
  new SqlError(sqlState.limitExceeded, `a cursor holds no more than ${keptMax} rows at once`, {
    hint: `FETCH fewer rows at a time, or raise CUBEJS_DB_QUERY_LIMIT (now ${keptMax}).`,
  });
