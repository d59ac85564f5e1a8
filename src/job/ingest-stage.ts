import { z } from 'zod';
import type { Config } from '#config';
import { canonicalNames, normalize, type ResolvedMapping } from '#events';
import { type Fragment, join as joined, lit, ref, sql } from '#sql';
import type { Engine } from '#warehouse';
import type { IngestPlace, SourceInput } from './ingest-place.js';
import type { StagedInput } from './staged-input.js';

export interface StageContext<Input extends SourceInput> {
  readonly place: Pick<IngestPlace<Input>, 'keep'>;
  readonly engine: Engine;
  readonly mapping: ResolvedMapping;
  readonly config: Config;
  readonly ingestedAt: Date;
}

const shownRejections = 5;

const counted = z.array(z.object({ code: z.string().nullable(), left_out: z.boolean(), n: z.bigint() }));
const shown = z.array(z.object({ line: z.bigint().nullable(), code: z.string(), reason: z.string() }));

/** Reads an input once, in bounded memory, and judges each row. @throws INPUT_CORRUPT, INPUT_HISTORY_LOST */
export async function stageInput<Input extends SourceInput>(
  input: Input,
  { place, engine, mapping, config, ingestedAt }: StageContext<Input>,
): Promise<StagedInput> {
  const ingestedUs = BigInt(ingestedAt.getTime()) * 1000n;
  const query = normalize({
    rows: input.rows,
    mapping,
    receivedUs: ingestedUs,
    positionMaxS: config.sessionization.position_s_max,
    dialect: engine.dialect,
  });
  const all = await place.keep(query, input);
  const counts = counted.parse(
    await engine.query(
      sql`select reject_code as code, left_out, count(*) as n from ${all} group by reject_code, left_out order by reject_code nulls last, left_out`,
    ),
  );
  const sum = (rows: z.infer<typeof counted>) => rows.reduce((total, { n }) => total + Number(n), 0);
  const rejectedByCode = Object.fromEntries(
    counts.flatMap(({ code, n }) => (code === null ? [] : [[code, Number(n)]])),
  );
  const hasRejected = Object.keys(rejectedByCode).length > 0;
  const rejectedRows =
    !hasRejected || input.numbered === undefined
      ? all
      : await place.keep(numberedRejections(input.numbered, all), input, 'rejected');
  const firstRejections = sql`select line, reject_code as code, reject_reason as reason from ${rejectedRows} where reject_code is not null order by line nulls last, code, reason limit ${lit(shownRejections)}`;
  const rejections = hasRejected ? shown.parse(await engine.query(firstRejections)) : [];
  const added = sql`${input.writtenAs} as source, ${engine.dialect.instantOfUs(lit(ingestedUs))} as ingested_at`;
  const columns = joined(canonicalNames.map(name => ref(name)));
  const day = engine.dialect.dateOfUs(engine.dialect.epochUs(sql`event_time`));
  return {
    accepted: sql`(select ${columns}, ${added}, ${day} as event_date from ${all} where reject_code is null and not left_out)`,
    rejected: sql`(select reject_code as code, reject_reason as reason, row, ${input.writtenAs} as source, line, ${engine.dialect.instantOfUs(lit(ingestedUs))} as ingested_at from ${rejectedRows} where reject_code is not null)`,
    readCount: sum(counts),
    acceptedCount: sum(counts.filter(({ code, left_out }) => code === null && !left_out)),
    ignoredCount: sum(counts.filter(({ left_out }) => left_out)),
    rejectedByCode,
    rejections: rejections.map(({ line, ...said }) => ({ line: line === null ? undefined : Number(line), ...said })),
  };
}

/**
 * The rejected rows once more, now with their lines. Whether a row is rejected depends on its text alone, so all lines with
 * the text of a rejected row are the rejected lines; reading lines without parsing them is quick.
 */
function numberedRejections(numbered: Fragment, all: Fragment): Fragment {
  const reasons = sql`(select distinct reject_code, reject_reason, row from ${all} where reject_code is not null)`;
  return sql`select reject_code, reject_reason, row, numbered.line from ${numbered} as numbered join ${reasons} as reasons on numbered.record = reasons.row`;
}
