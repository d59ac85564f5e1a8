import { type TableName, tables } from '#tables';
import { cases, inputOf, nowOf, type PlacedCase } from '../scenarios/cases.js';
import { type PipelineInput, PipelineRun, type Rows } from '../scenarios/run-pipeline.js';
import { nonsenseInput, streamsInput } from './streams.js';

/** Where all inputs are moved to, so that one clock serves all of them. */
const nowUs = BigInt(Date.UTC(2026, 10, 25, 12)) * 1000n;

/** Rows moved in time. */
function moved(table: TableName, rows: Rows, byUs: bigint): Rows {
  const types: Readonly<Record<string, string>> = tables[table].columns;
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        types[name] === 'timestamp' && typeof value === 'bigint' ? value + byUs : value,
      ]),
    ),
  );
}

/** Several inputs of the same configuration as one: each of them moved so that its "now" is everybody's. */
function together(inputs: readonly PipelineInput[]): PipelineInput {
  const all = (table: TableName, of: (input: PipelineInput) => Rows | undefined) =>
    inputs.flatMap(input => moved(table, of(input) ?? [], nowUs - input.newestReceivedUs));
  const config = inputs[0]?.config;
  return {
    events: all('events', input => input.events),
    catalog: all('video_catalog', input => input.catalog),
    impressions: all('impressions', input => input.impressions),
    earlierSessions: all('sessions', input => input.earlierSessions),
    newestReceivedUs: nowUs,
    ...(config === undefined ? {} : { config }),
  };
}

/** Which run a case is part of: each configuration is one, since the thresholds stand in the SQL. */
export const runOfCase = ({ given }: PlacedCase): string => JSON.stringify(given.settings);

/** The run of the defaults, which also has the random events. */
export const defaultRun = '{}';

function casesTogether(run: string): PipelineInput[] {
  const own = cases.filter(placed => runOfCase(placed) === run);
  return [...new Set(own.map(nowOf))].map(now => inputOf(own.filter(placed => nowOf(placed) === now)));
}

/** Everything that both engines get, by run: all cases of all pages, and random events of this seed with so many streams. */
export async function allInputs(seed: number, streams: number): Promise<Map<string, PipelineInput>> {
  const before = await PipelineRun.of(nonsenseInput(seed + 1, 12, []));
  const earlier = await before.rows('sessions', ['session_id']);
  await before.engine.close();
  const random = [streamsInput(seed, streams), nonsenseInput(seed, 12, earlier)];
  const runs = new Set([defaultRun, ...cases.map(runOfCase)]);
  return new Map([...runs].map(run => [run, together([...casesTogether(run), ...(run === defaultRun ? random : [])])]));
}
