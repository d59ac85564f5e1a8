import fc from 'fast-check';
import { type Config, configSchema } from '#config';
import { lit, type PlannedStatement, raw, ref, sql } from '#sql';
import type { DuckdbEngine } from '#warehouse';
import { differencesOf, expectedRows, impressionsOf, inputOf } from '../compare.js';
import { findingEvents } from '../findings.js';
import { comparedTables, openInput, readTables } from '../pipeline.js';
import { stream } from '../streams.js';
import { planOf } from './build.js';
import type { Mutant } from './mutant.js';
import { sessionMutants } from './session-mutants.js';
import { configMutants, ruleMutants } from './threshold-mutants.js';
import { verdictMutants } from './verdict-mutants.js';

/** Streams that a mutant is shown to, beside the findings: those of the suite's run. */
const seed = 20_261_101;
const streamCount = 400;

export interface Verdict {
  readonly name: string;
  readonly rule: string;
  /** Tables whose rows differ; empty: it survived. */
  readonly noticedIn: readonly string[];
  /** Why it could not be shown at all. */
  readonly fault?: string;
}

/** Breaks every rule, one at a time, and says by which tables' rows the streams of the oracle notice it. */
export async function runMutants(root: string, told: (verdict: Verdict) => void): Promise<Verdict[]> {
  const config = configSchema.parse({ sessionization: { tail_policy: 'heartbeat' } });
  const random = inputOf(fc.sample(stream, { seed, numRuns: streamCount }), config);
  const input = { ...random, events: [...random.events, ...findingEvents(streamCount)] };
  const engine = await openInput({ ...input, impressions: impressionsOf(input.events) }, 1);
  try {
    const plan = await planOf(root);
    const base = plan(config);
    await makeBase(engine, base);
    const [difference] = differencesOf(expectedRows(input).expected, await readTables(engine));
    if (difference !== undefined) throw new Error(`without a mutant the oracle differs: ${difference.text}`);
    const verdicts: Verdict[] = [];
    const show = async (name: string, rule: string, statements: () => Promise<PlannedStatement[]>) => {
      const verdict = { name, rule, ...(await noticed(engine, base, statements)) };
      told(verdict);
      verdicts.push(verdict);
    };
    for (const mutant of [...verdictMutants, ...sessionMutants, ...ruleMutants(root)]) {
      await show(mutant.name, mutant.rule, () => planMutant(root, mutant, config));
    }
    for (const mutant of configMutants(config)) {
      await show(mutant.name, 'configuration', () => Promise.resolve(plan(mutant.config)));
    }
    return verdicts;
  } finally {
    await engine.close();
  }
}

const planMutant = async (root: string, mutant: Mutant, config: Config) => (await planOf(root, mutant))(config);

/** Every table of the unbroken pipelines, where a mutant's temporary tables of the same names stand in front of them. */
async function makeBase(engine: DuckdbEngine, statements: readonly PlannedStatement[]): Promise<void> {
  for (const { name, text } of statements) {
    await engine.run(raw(text));
    await engine.run(sql`create table memory.main.${ref(name)} as from temp.${ref(name)}`);
    await engine.run(sql`drop table temp.${ref(name)}`);
  }
}

async function noticed(
  engine: DuckdbEngine,
  base: readonly PlannedStatement[],
  planned: () => Promise<PlannedStatement[]>,
): Promise<Pick<Verdict, 'noticedIn' | 'fault'>> {
  const made = new Set<string>();
  const noticedIn: string[] = [];
  try {
    const baseTexts = new Map(base.map(({ name, text }) => [name, text]));
    for (const { name, text } of await planned()) {
      const isTouched = text !== baseTexts.get(name) || [...made].some(read => new RegExp(`\\b${read}\\b`).test(text));
      // The tables above need no look once the rows below them differ.
      if (!isTouched || noticedIn.length > 0) continue;
      made.add(name);
      await engine.run(raw(text));
      if (comparedTables.some(table => table === name) && (await isChanged(engine, name))) noticedIn.push(name);
    }
    if (made.size === 0) return { noticedIn, fault: 'it changes no statement' };
    return { noticedIn };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Rows that the engine cannot compute fail every test; a text that it does not understand proves nothing.
    return message.startsWith('Conversion Error') ? { noticedIn: ['an error'] } : { noticedIn, fault: message };
  } finally {
    for (const name of made) await engine.run(sql`drop table if exists temp.${ref(name)}`);
  }
}

async function isChanged(engine: DuckdbEngine, name: string): Promise<boolean> {
  const [mutant, base] = [sql`temp.${ref(name)}`, sql`memory.main.${ref(name)}`];
  const rows = await engine.query(
    sql`select ${lit(1)} from ((from ${mutant} except all from ${base}) union all (from ${base} except all from ${mutant})) limit 1`,
  );
  return rows.length > 0;
}
