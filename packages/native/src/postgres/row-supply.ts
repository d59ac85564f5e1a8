import type { Result } from './engine.js';

/** A result's rows, handed out in the portions that the client asks for. */
export class RowSupply {
  private readonly result: Result;
  private at = 0;
  private batch: readonly Buffer[];

  constructor(result: Result) {
    this.result = result;
    this.batch = result.rows;
  }

  get tag(): Result['tag'] {
    return this.result.tag;
  }

  /** The next rows, at most `countMax`; none at the end. */
  async take(countMax: number): Promise<readonly Buffer[]> {
    if (this.at >= this.batch.length && this.result.more !== undefined) {
      this.batch = await this.result.more.next();
      this.at = 0;
    }
    const rows = this.batch.slice(this.at, this.at + countMax);
    this.at += rows.length;
    return rows;
  }

  close(): void {
    this.batch = [];
    this.at = 0;
    this.result.more?.close();
  }
}
