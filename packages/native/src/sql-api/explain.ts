import type { Plan, Scan } from '../planner/index.js';
import { deparse } from './run-plan.js';

/** A plan for people: the questions to Cube as JSON, and the SQL over their answers. */
export function explainPlan(plan: Plan): string[] {
  switch (plan.kind) {
    case 'catalog':
      return ['Catalogue: Postgres answers, Cube is not asked.'];
    case 'direct':
      return ['Cube answers alone.', ...explainScan(plan.scan)];
    case 'outer':
      return [
        'Postgres, over what Cube answers:',
        ...deparse(plan.statement)
          .split('\n')
          .map(line => `  ${line}`),
        ...plan.scans.flatMap((scan, index) => [`$${index + 1}:`, ...explainScan(scan)]),
      ];
  }
}

function explainScan({ query }: Scan): string[] {
  if (query === undefined) return ['  No question: the answer is known.'];
  return JSON.stringify(query, null, 2)
    .split('\n')
    .map(line => `  ${line}`);
}
