import { z } from 'zod';
import type { Severity } from '#quality';
import { type Dialect, type Fragment, ref, sql } from '#sql';

/** One rule's result in one run, as the report shows it. */
export interface QualityLine {
  readonly rule: string;
  readonly title: string;
  readonly says: string;
  readonly severity: Severity;
  readonly state: 'passed' | 'failed' | 'unknown';
  readonly value: number | null;
  readonly threshold: number | null;
  readonly checkedCount: number;
  readonly failedCount: number;
  /** Share of the checked rows that broke the rule; none where rows are not counted. */
  readonly failedRatio: number | null;
  readonly sampleIds: readonly string[];
  readonly runId: string;
  readonly checkedAt: string;
}

const rowSchema = z.object({
  rule: z.string(),
  title: z.string(),
  says: z.string(),
  // A word of a newer version counts as the gravest: better a false alarm than silence.
  severity: z.enum(['error', 'warning', 'info']).catch('error'),
  state: z.enum(['passed', 'failed', 'unknown']).catch('unknown'),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  checked_count: z.coerce.number(),
  failed_count: z.coerce.number(),
  /** As JSON. */
  sample_ids: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.string()))
    .nullable(),
  run_id: z.string(),
  checked_at: z.date(),
});

/** The results of one run, or of one rule in the newest runs, out of a relation of `quality_results`. */
export function resultRows(
  results: Fragment,
  which: { readonly runId: string } | { readonly rule: string },
  { reading }: Dialect,
): Fragment {
  const shown = sql`rule, title, says, severity, state, value, threshold, checked_count, failed_count,
    ${reading.json(ref('sample_ids'))} as sample_ids, run_id, checked_at`;
  return 'runId' in which
    ? sql`select ${shown} from ${results} r where run_id = ${which.runId}`
    : sql`select ${shown} from ${results} r where rule = ${which.rule} order by checked_at desc, run_id desc limit 100`;
}

/** A row of `quality_results` as a line of the report. */
export function parseLine(row: unknown): QualityLine {
  const read = rowSchema.parse(row);
  return {
    rule: read.rule,
    title: read.title,
    says: read.says,
    severity: read.severity,
    state: read.state,
    value: read.value,
    threshold: read.threshold,
    checkedCount: read.checked_count,
    failedCount: read.failed_count,
    failedRatio: read.checked_count === 0 || read.failed_count === 0 ? null : read.failed_count / read.checked_count,
    sampleIds: read.sample_ids ?? [],
    runId: read.run_id,
    checkedAt: read.checked_at.toISOString(),
  };
}

/** Freshness is judged when it is asked, not when the run was: a job that no longer runs would stay fresh for ever. */
export function judgeFreshness(
  line: QualityLine,
  {
    newestReceivedUs,
    now,
    maxS,
  }: { readonly newestReceivedUs: bigint | null; readonly now: Date; readonly maxS: number },
): QualityLine {
  if (line.rule !== 'freshness' || newestReceivedUs === null) return line;
  const value = Math.max(0, now.getTime() / 1000 - Number(newestReceivedUs) / 1e6);
  return { ...line, value, threshold: maxS, state: value > maxS ? 'failed' : 'passed', checkedAt: now.toISOString() };
}

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];
const states = ['failed', 'unknown', 'passed'] as const;

/** Gravest first: what failed, by severity, then what could not be checked, then what passed. */
export const byGravity = (a: QualityLine, b: QualityLine): number =>
  states.indexOf(a.state) - states.indexOf(b.state) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  (a.rule < b.rule ? -1 : 1);

/** The failed rules of this severity or a graver one. */
export const failuresOf = (lines: readonly QualityLine[], least: Severity): QualityLine[] =>
  lines.filter(line => line.state === 'failed' && severities.indexOf(line.severity) <= severities.indexOf(least));

/** For people: one line a rule, and what to look at below those that failed. */
export function reportText(lines: readonly QualityLine[]): string {
  const count = (state: QualityLine['state']) => lines.filter(line => line.state === state).length;
  const [first] = lines;
  const head = `${first?.runId ?? 'no run'}: ${count('failed')} failed, ${count('passed')} passed, ${count('unknown')} not checked`;
  return [head, ...lines.flatMap(lineText)].join('\n');
}

function lineText(line: QualityLine): string[] {
  const { state, severity, rule, value, threshold, checkedCount, failedCount, failedRatio } = line;
  const measured = value === null ? 'nothing to check' : `${shown(value)} (limit ${shown(threshold)})`;
  const rate = failedRatio === null ? '' : ` (${(failedRatio * 100).toPrecision(3)} %)`;
  const rows = failedCount > 0 ? `, ${failedCount} of ${checkedCount} rows${rate}` : '';
  const summary = `  ${state.toUpperCase().padEnd(8)}${severity.padEnd(8)} ${rule.padEnd(26)} ${measured}${rows}`;
  if (state !== 'failed') return [summary];
  const samples = line.sampleIds.length === 0 ? [] : [`           such as ${line.sampleIds.join(', ')}`];
  return [summary, `           ${line.says}`, ...samples];
}

const shown = (value: number | null): string =>
  value === null ? 'none' : String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** One rule through time, newest first. */
export const historyText = (lines: readonly QualityLine[]): string =>
  lines
    .map(
      line =>
        `${line.checkedAt}  ${line.runId}  ${line.state.padEnd(8)}${shown(line.value)} (limit ${shown(line.threshold)})`,
    )
    .join('\n') || 'no run has asked this rule yet';
