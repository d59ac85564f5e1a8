import type { Asker, Cube, CubeQuery } from '../cube/index.js';
import type { Plan, Scan } from '../planner/index.js';
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
        'Pushed down: all but the SQL above, which reads all rows of the questions below.',
        ...scans.flatMap((lines, index) => [`$${index + 1}:`, ...lines]),
      ];
    }
  }
}

export const notAsked = 'Catalogue: Postgres answers, Cube is not asked.';

const indent = (text: string): string[] => text.split('\n').map(line => `  ${line}`);

async function explainQuery(query: CubeQuery | undefined, cube: Cube, asker: Asker): Promise<string[]> {
  if (query === undefined) return ['  No question: the answer is known.'];
  const rollups = await cube.rollupsOf(query, asker);
  return [
    ...indent(JSON.stringify(query, null, 2)),
    `  Rollup: ${rollups.length > 0 ? rollups.join(', ') : 'none, the source answers.'}`,
    ...(cube.isFed(query) ? [`  Rows are streamed, past the limit of ${cube.rowsMax}.`] : []),
  ];
}
