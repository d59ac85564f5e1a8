import { ResultArrayWrapper } from '../shaping/index.js';
import type { MetaCube } from './tables.js';

export interface LoadedRows {
  readonly columns: ReadonlyMap<string, readonly unknown[]>;
  readonly rowCount: number;
  readonly lastRefreshTime: string | undefined;
  /** The rollups that served it, by their names in the model. */
  readonly rollups: readonly string[];
}

/** Cube's answer to `meta`. */
export function readMeta(answer: unknown): { compilerId: string; cubes: readonly MetaCube[] | undefined } {
  if (typeof answer !== 'object' || answer === null) throw new Error('meta: expected an object');
  const compilerId: unknown = Reflect.get(answer, 'compilerId');
  const cubes: unknown = Reflect.get(answer, 'cubes');
  if (cubes !== undefined && !isCubeList(cubes)) throw new Error('meta: expected a list of cubes');
  return { compilerId: String(compilerId), cubes };
}

function isCubeList(cubes: unknown): cubes is readonly MetaCube[] {
  const isList = (value: unknown): boolean => Array.isArray(value);
  return (
    Array.isArray(cubes) &&
    cubes.every(cube => typeof cube?.name === 'string' && isList(cube.measures) && isList(cube.dimensions))
  );
}

/** Cube's answer to a question of members. */
export async function readRows(answer: unknown): Promise<LoadedRows> {
  if (!(answer instanceof ResultArrayWrapper)) throw new Error('sqlApiLoad: expected a ResultArrayWrapper');
  const [result] = await answer.getFinalResult();
  return readResult(result);
}

/** Cube's answer to a statement, which it hands on with the source's own names for columns. */
export function readStatementRows(answer: unknown): LoadedRows {
  const results: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'results') : undefined;
  if (!Array.isArray(results)) throw new Error('sqlApiLoad: expected results');
  return readResult(results[0]);
}

function readResult(result: Readonly<Record<string, unknown>> | undefined): LoadedRows {
  const data = result?.['data'];
  if (typeof data !== 'object' || data === null || !('members' in data) || !('columns' in data)) {
    throw new Error('sqlApiLoad: expected columnar data');
  }
  const { members, columns } = data;
  if (!Array.isArray(members) || !Array.isArray(columns)) throw new Error('sqlApiLoad: expected columnar data');
  const byMember = new Map<string, readonly unknown[]>(
    members.map((member, index): [string, readonly unknown[]] => [String(member), columns[index] ?? []]),
  );
  const lastRefreshTime = result?.['lastRefreshTime'];
  return {
    columns: byMember,
    rowCount: columns[0]?.length ?? 0,
    lastRefreshTime: typeof lastRefreshTime === 'string' ? lastRefreshTime : undefined,
    rollups: rollupNames(result?.['usedPreAggregations']),
  };
}

function rollupNames(used: unknown): string[] {
  if (typeof used !== 'object' || used === null) return [];
  const names = Object.entries(used).map(([table, usage]) => String(usage?.preAggregationId ?? table));
  return [...new Set(names)];
}
