import type { Ask } from './ask.js';
import type * as contract from './contract.generated.js';
import { keyOf } from './entities.js';
import { parseTexts } from './ids.js';
import { membersOf } from './members.js';
import { type CubeRow, RowReader } from './row.js';

/** Rules are filtered by their states where they are asked for. */
export type DataQuality = contract.DataQuality;

/** Enough for every rule of one run; the newest run's come first. */
const ruleCountMax = 200;

/** What the newest run that checked anything found. */
export async function readDataQuality(ask: Ask): Promise<DataQuality> {
  const { rows } = await ask({
    dimensions: membersOf('quality_results'),
    order: [['quality_results.checked_at', 'desc']],
    ungrouped: true,
    limit: ruleCountMax,
  });
  const [newest] = rows;
  if (newest === undefined) return { state: 'UNKNOWN', failedCount: 0, checkedAt: null, runId: null, rules: [] };
  const runId = keyOf(newest, 'quality_results', 'run_id');
  const checkedAt = new RowReader(newest, 'quality_results').instant('checked_at');
  const rules = rows
    .filter(row => keyOf(row, 'quality_results', 'run_id') === runId)
    .map(toRule)
    .sort(byGravity);
  const grave = rules.filter(rule => rule.severity !== 'INFO');
  const failedCount = grave.filter(rule => rule.state === 'FAILED').length;
  const isChecked = rules.some(rule => rule.state !== 'UNKNOWN');
  return {
    state: failedCount > 0 ? 'FAILED' : isChecked ? 'PASSED' : 'UNKNOWN',
    failedCount,
    checkedAt,
    runId,
    rules,
  };
}

export function toRule(row: CubeRow): contract.QualityRule {
  const read = new RowReader(row, 'quality_results');
  return {
    rule: read.text('rule'),
    title: read.text('title'),
    says: read.text('says'),
    severity: toSeverity(read.text('severity')),
    state: toState(read.text('state')),
    value: read.numberOrNull('value'),
    threshold: read.numberOrNull('threshold'),
    checkedCount: read.number('quality_result_checked_count'),
    failedCount: read.number('quality_result_failed_count'),
    sampleIds: toIds(read.textOrNull('sample_ids')),
    checkedAt: read.instant('checked_at'),
  };
}

/** A word that the contract does not know is shown as the gravest: better a false alarm than silence. */
function toSeverity(word: string): contract.QualitySeverity {
  return word === 'warning' ? 'WARNING' : word === 'info' ? 'INFO' : 'ERROR';
}

function toState(word: string): contract.QualityState {
  return word === 'passed' ? 'PASSED' : word === 'failed' ? 'FAILED' : 'UNKNOWN';
}

/** A list column arrives as text: JSON, or DuckDB's `[a, b]`, whose items are bare. */
export function toIds(text: string | null): readonly string[] {
  if (text === null || text === '[]' || text === '') return [];
  const json = parseTexts(text);
  if (json.length > 0) return json;
  return text
    .replace(/^\[|\]$/g, '')
    .split(', ')
    .map(id => id.replace(/^'(.*)'$/, '$1'));
}

const stateOrder = { FAILED: 0, UNKNOWN: 1, PASSED: 2 } as const;
const severityOrder = { ERROR: 0, WARNING: 1, INFO: 2 } as const;

function byGravity(a: contract.QualityRule, b: contract.QualityRule): number {
  return (
    stateOrder[a.state] - stateOrder[b.state] ||
    severityOrder[a.severity] - severityOrder[b.severity] ||
    (a.rule < b.rule ? -1 : 1)
  );
}
