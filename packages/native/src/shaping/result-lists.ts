import { buildPivotQuery } from './pivot-query.js';
import type { ResultWrapper } from './result-wrapper.js';
import type { NormalizedQuery, QueryType, RootResult, TransformData } from './types.js';

class ResultList {
  readonly isWrapper = true;
  protected readonly results: readonly ResultWrapper[];

  constructor(results: readonly ResultWrapper[]) {
    this.results = results;
  }

  getResults(): readonly ResultWrapper[] {
    return this.results;
  }

  getTransformData(): (TransformData | undefined)[] {
    return this.results.flatMap(result => result.getTransformData());
  }

  getRawData(): unknown[] {
    return this.results.flatMap(result => result.getRawData());
  }

  getRootResultObject(): RootResult[] {
    return this.results.flatMap(result => result.getRootResultObject());
  }
}

export interface MultiRoot {
  readonly queryType: QueryType;
  readonly slowQuery: boolean;
}

/** The answer to a request of several queries (compareDateRange, blending), and to clients that always ask that way. */
export class ResultMultiWrapper extends ResultList {
  private readonly root: MultiRoot;

  constructor(results: readonly ResultWrapper[], root: MultiRoot) {
    super(results);
    this.root = root;
  }

  async getFinalResult(): Promise<Buffer> {
    const { queryType, slowQuery } = this.root;
    const queries = this.getTransformData().map((transform): NormalizedQuery => transform?.query ?? {});
    const results = this.results.map(result => result.shape());
    const pivotQuery = buildPivotQuery(queryType, queries);
    return Buffer.from(JSON.stringify({ queryType, results, pivotQuery, slowQuery }));
  }
}

/** What the SQL API gets for a query: only this package reads it, so the shaped answers travel as objects. */
export class ResultArrayWrapper extends ResultList {
  private shaped: RootResult[] | undefined;

  /** Shaped once: who keeps an answer hands it out many times. */
  async getFinalResult(): Promise<RootResult[]> {
    this.shaped ??= this.results.map(result => result.shape());
    return this.shaped;
  }
}
