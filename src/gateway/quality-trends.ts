import type { Ask } from './ask.js';
import { assertPageSize, pageSizeMax } from './connection.js';
import type { QualityPoint, QualityRule, QualityTrend } from './contract.generated.js';
import { equals } from './cube-query.js';
import { gatewayError } from './errors.js';
import { groupBy } from './group-by.js';
import { membersOf } from './members.js';
import { toRule } from './quality.js';
import { type CubeRow, RowReader } from './row.js';

/** Rules of one run at most, where the client does not name them. */
const ruleCountMax = 100;
const rowCountMax = 10_000;

/** The newest results of each rule, oldest first: one Cube query. */
export async function readQualityTrends(
  ask: Ask,
  { rules, first }: { readonly rules?: readonly string[] | null; readonly first: number },
): Promise<QualityTrend[]> {
  assertPageSize(first);
  if ((rules?.length ?? 0) > pageSizeMax) throw gatewayError('LIMIT_EXCEEDED', `at most ${pageSizeMax} rules`);
  if (rules?.length === 0) return [];
  const { rows } = await ask({
    dimensions: membersOf('quality_results'),
    ...(rules === null || rules === undefined ? {} : { filters: [equals('quality_results.rule', rules)] }),
    order: [
      ['quality_results.checked_at', 'desc'],
      ['quality_results.rule', 'asc'],
    ],
    ungrouped: true,
    limit: Math.min(rowCountMax, first * (rules?.length ?? ruleCountMax)),
  });
  const points = rows.map(toPoint);
  return [...groupBy(points, ({ rule }) => rule)]
    .map(([rule, ofRule]) => toTrend(rule, ofRule.slice(0, first)))
    .sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

type Point = QualityPoint & QualityRule;

const toPoint = (row: CubeRow): Point => ({
  ...toRule(row),
  runId: new RowReader(row, 'quality_results').text('run_id'),
});

function toTrend(rule: string, newestFirst: readonly Point[]): QualityTrend {
  const [newest] = newestFirst;
  return {
    rule,
    title: newest?.title ?? rule,
    severity: newest?.severity ?? 'INFO',
    points: newestFirst.toReversed(),
  };
}
