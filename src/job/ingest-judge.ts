import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type CanonicalColumn, columnNamed, emptyInput, type Preset, presets, type ResolvedMapping } from '#events';
import { lit, sql } from '#sql';
import type { Engine } from '#warehouse';
import type { SourceInput } from './ingest-place.js';
import type { StagedInput } from './staged-input.js';

export interface JudgeContext {
  readonly input: SourceInput;
  readonly mapping: ResolvedMapping;
  readonly engine: Engine;
}

const required = ['user_id', 'video_id', 'event_type', 'event_time'] as const satisfies readonly CanonicalColumn[];

/**
 * Refuses an input that is wrong as a whole, before anything of it is committed.
 * @throws INPUT_EMPTY, MAPPING_UNKNOWN_FIELD, INPUT_MISSING_COLUMN, INPUT_TIME_FORMAT, INPUT_NO_EVENTS
 */
export async function assertUsable(staged: StagedInput, context: JudgeContext): Promise<void> {
  // What was taken in before may well have nothing new, or nothing that can be used.
  const { isContinued } = context.input;
  if (staged.readCount === 0 && !isContinued) throw emptyInput(context.input.source);
  await assertWrittenColumnsExist(context);
  if (staged.acceptedCount > 0 || isContinued) return;
  const columns = await columnsOfAllRows(context);
  assertRequiredColumnsExist(columns, context);
  assertSomeTime(staged, context);
  throw noEvents(staged, columns, context);
}

/** What the configuration itself names has to be there; what a preset names need not. */
async function assertWrittenColumnsExist(context: JudgeContext): Promise<void> {
  const { mapping, input } = context;
  if (mapping.written.size === 0) return;
  const isMissing = (columns: readonly string[]) => (name: CanonicalColumn) =>
    !mapping.columns[name].some(({ column }) => isThere(column, columns));
  // Optional keys of JSON rows may come late, so the last word is with all rows.
  const first = await columnsOfFirstRows(context);
  const written = [...mapping.written];
  if (!written.some(isMissing(first))) return;
  const all = await columnsOfAllRows(context);
  const name = written.find(isMissing(all));
  if (name === undefined) return;
  throw new PlayheadError({
    code: 'MAPPING_UNKNOWN_FIELD',
    at: `mapping.columns.${name}`,
    message: `${input.source} has no column "${mapping.columns[name].map(path => path.written).join('" or "')}"`,
    hint: `it has: ${listed(all)}`,
  });
}

function assertRequiredColumnsExist(columns: readonly string[], { mapping, input }: JudgeContext): void {
  const name = required.find(
    column =>
      mapping.constants[column] === undefined && !mapping.columns[column].some(path => isThere(path.column, columns)),
  );
  if (name === undefined || columns.length === 0) return;
  throw new PlayheadError({
    code: 'INPUT_MISSING_COLUMN',
    at: input.source,
    message: `there is no column for ${name} (looked for ${listed(mapping.columns[name].map(path => path.written))})`,
    hint: `it has: ${listed(columns)}; ${advice(columns, mapping)}`,
  });
}

function assertSomeTime({ rejectedByCode, rejections }: StagedInput, { mapping, input }: JudgeContext): void {
  const codes = Object.keys(rejectedByCode);
  if (codes.length !== 1 || codes[0] !== 'BAD_TIME') return;
  throw new PlayheadError({
    code: 'INPUT_TIME_FORMAT',
    at: input.source,
    message: `no time can be understood with the format "${mapping.timeFormat}": ${rejections[0]?.reason ?? ''}`,
    hint: 'set mapping.time_format to auto, iso, s, ms, us or a pattern such as "%d.%m.%Y %H:%M:%S"',
  });
}

function noEvents(staged: StagedInput, columns: readonly string[], { mapping, input }: JudgeContext): PlayheadError {
  const { readCount, ignoredCount, rejectedByCode, rejections } = staged;
  const counts = Object.entries({ ...rejectedByCode, ...(ignoredCount > 0 ? { 'left out': ignoredCount } : {}) });
  const example = rejections[0];
  const first =
    example === undefined
      ? ''
      : `, first ${example.line === undefined ? '' : `in line ${example.line} `}${example.reason}`;
  return new PlayheadError({
    code: 'INPUT_NO_EVENTS',
    at: input.source,
    message: `none of its ${readCount} rows is an event in the preset "${mapping.preset}" (${counts.map(([code, n]) => `${n} ${code}`).join(', ')}${first})`,
    hint: advice(columns, mapping),
  });
}

/** Which preset would find its columns there. */
function advice(columns: readonly string[], { preset }: ResolvedMapping): string {
  const finds = (candidate: Preset) =>
    required.every(name =>
      candidate.columns[name]?.some(path => isThere(path.replace(/^!?(?:\$\.)?/, '').split(/[.[ ]/)[0] ?? '', columns)),
    );
  const fitting = presets.filter(candidate => candidate.name !== preset && finds(candidate)).map(({ name }) => name);
  const ask = fitting.length === 0 ? presets.map(({ name }) => name) : fitting;
  return fitting.length === 0
    ? `choose a preset (${ask.join(', ')}) or write a mapping`
    : `its columns look like --preset ${ask.join(' or ')}`;
}

const isThere = (column: string, columns: readonly string[]): boolean =>
  columnNamed(column, Object.fromEntries(columns.map(name => [name, true]))) !== undefined;

const listed = (names: readonly string[]): string =>
  names.length > shownNames ? `${names.slice(0, shownNames).join(', ')}, ...` : names.join(', ');
const shownNames = 30;

const firstRows = 10_000;

const columnsOfFirstRows = (context: JudgeContext): Promise<readonly string[]> => columnsOf(context, firstRows);
const columnsOfAllRows = (context: JudgeContext): Promise<readonly string[]> => columnsOf(context, undefined);

async function columnsOf({ input: { rows }, engine }: JudgeContext, rowCount: number | undefined): Promise<string[]> {
  if (rows.kind === 'table') return Object.keys(rows.columns);
  const limit = rowCount === undefined ? sql`` : sql`limit ${lit(rowCount)}`;
  const keys = await engine.query(
    sql`select distinct unnest(try(json_keys(record))) as name from (select record from ${rows.from} where starts_with(ltrim(record), ${lit('{')}) ${limit}) order by name limit 1000`,
  );
  return z
    .array(z.object({ name: z.string() }))
    .parse(keys)
    .map(({ name }) => name);
}
