import type { DuckDBDriver } from '@cubejs-backend/duckdb-driver';

/** Cube's dialect of DuckDB, or one made from it. */
type DuckDbDialect = ReturnType<typeof DuckDBDriver.dialectClass>;

/**
 * Cube escapes `%`, `_` and `\` of a text that is searched for (contains, starts with, ends with) by a backslash. DuckDB
 * has no escape character unless it is told: without it "100%" is found nowhere, least of all in "100% wool".
 */
export function withLiteralText(Dialect: DuckDbDialect) {
  return class extends Dialect {
    override newFilter(filter: unknown): ReturnType<InstanceType<DuckDbDialect>['newFilter']> {
      const found = super.newFilter(filter);
      const like = found.likeIgnoreCase.bind(found);
      found.likeIgnoreCase = (column, not, param, type) => `${like(column, not, param, type)} ESCAPE '\\'`;
      return found;
    }
  };
}
