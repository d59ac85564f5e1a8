import type { Asker, Cube, CubeQuery, PushedExpressions, PushedMeasure } from '../cube/index.js';
import type { OuterPlan, Plan, Scan } from '../planner/index.js';
import { deparse } from './run-plan.js';

/** A plan for people: the questions to Cube as JSON, what serves each, and the SQL over their answers. */
export async function explainPlan(plan: Plan, cube: Cube, asker: Asker): Promise<string[]> {
  const explain = ({ query }: Scan): Promise<string[]> => explainQuery(query, cube, asker);
  switch (plan.kind) {
    case 'catalog':
      return [notAsked];
    case 'direct':
      return ['Cube answers alone.', 'Pushed down: everything.', ...(await explain(plan.scan))];
    case 'outer': {
      const scans = await Promise.all(plan.scans.map(explain));
      return [
        'Postgres, over what Cube answers:',
        ...indent(deparse(plan.statement)),
        `Pushed down: ${pushes(plan) ? 'expressions, too; ' : ''}all but the SQL above, which reads all rows of the questions below.`,
        ...scans.flatMap((lines, index) => [`$${index + 1}:`, ...lines]),
      ];
    }
  }
}

export const notAsked = 'Catalogue: Postgres answers, Cube is not asked.';

const pushes = ({ scans }: OuterPlan): boolean => scans.some(({ query }) => query?.pushed !== undefined);

/** Expressions as the data source computes them; their values apart, as they travel. */
function explainPushed({ dimensions, measures, conditions, values }: PushedExpressions): string[] {
  const measure = (pushed: PushedMeasure): string =>
    pushed.kind === 'aggregate' ? pushed.sql : `${pushed.member} where ${pushed.condition.sql}`;
  const lines = [
    ...dimensions.map(({ alias, sql }) => `  Group by ${alias}: ${sql}`),
    ...measures.map(pushed => `  Measure ${pushed.alias}: ${measure(pushed)}`),
    ...conditions.map(({ sql }) => `  Where: ${sql}`),
    ...(values.length > 0
      ? [`  Values: ${values.map((value, at) => `$${at}$ = ${JSON.stringify(value)}`).join(', ')}`]
      : []),
    '  Rollup: none serves expressions, the source computes them.',
  ];
  return lines.map(line => line.replace(lettersOfOneCase, "'...'"));
}

/** Lists that the dialect writes around upper and lower: nobody reads these. */
const lettersOfOneCase = /'[^ -~]{60,}'/g;

const indent = (text: string): string[] => text.split('\n').map(line => `  ${line}`);

async function explainQuery(query: CubeQuery | undefined, cube: Cube, asker: Asker): Promise<string[]> {
  if (query === undefined) return ['  No question: the answer is known.'];
  const { pushed, ...plain } = query;
  if (pushed !== undefined) return [...indent(JSON.stringify(plain, null, 2)), ...explainPushed(pushed)];
  const rollups = await cube.rollupsOf(query, asker);
  return [
    ...indent(JSON.stringify(query, null, 2)),
    `  Rollup: ${rollups.length > 0 ? rollups.join(', ') : 'none, the source answers.'}`,
    ...(cube.isFed(query) ? [`  Rows are streamed, past the limit of ${cube.rowsMax}.`] : []),
  ];
}
