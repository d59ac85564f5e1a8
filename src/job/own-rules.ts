import { z } from 'zod';
import type { QualityConfig } from '#config';
import { PlayheadError } from '#errors';
import { allRules, type OwnCondition, ownConditions } from '#quality';
import { type Dialect, type Fragment, join, lit, raw, ref, sql } from '#sql';
import type { Engine } from '#warehouse';

/** What DuckDB says of `select (<condition>) as c from t`: anything else than one condition has another shape. */
const oneCondition = z.object({
  error: z.literal(false),
  statements: z.tuple([
    z.object({
      node: z.object({
        type: z.literal('SELECT_NODE'),
        select_list: z.tuple([z.object({ alias: z.literal('c') })]),
        where_clause: z.null(),
      }),
    }),
  ]),
});
const parseFailure = z.object({ error: z.literal(true), error_message: z.string() });
const parsedRow = z.object({ parsed: z.string() });

/**
 * Looks at the operator's own rules before anything is run: each text is one condition over columns that are there.
 * @throws QUALITY_RULE_INVALID
 */
export async function assertOwnRules(engine: Engine, quality: QualityConfig): Promise<void> {
  allRules(quality);
  const conditions = ownConditions(quality, engine.dialect);
  for (const condition of conditions) await assertOneCondition(engine, condition);
  await assertBind(engine, conditions);
}

async function assertOneCondition(engine: Engine, { key, text }: OwnCondition): Promise<void> {
  const { parseTree } = engine.dialect;
  if (parseTree === undefined) {
    if (!isClosed(text)) throw invalid(key, 'it is more than one condition');
    return;
  }
  const asked = `select (${text}\n) as c from t`;
  const [row] = await engine.query(sql`select ${parseTree(sql`${asked}`)} as parsed`);
  const parsed: unknown = JSON.parse(parsedRow.parse(row).parsed);
  if (oneCondition.safeParse(parsed).success) return;
  const failure = parseFailure.safeParse(parsed).data;
  throw invalid(key, failure?.error_message ?? 'it is more than one condition');
}

/** Whether a text stays within the parentheses around it: none is closed that it has not opened, and no statement ends. */
function isClosed(text: string): boolean {
  // What stands in quotes or comments is none of it; a quote that is left over has no end.
  const bare = text.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  if (/[;'"`]|\/\*/.test(bare)) return false;
  let depth = 0;
  for (const character of bare) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** All in one question, since each is a round trip where the engine is far away; the first that is wrong is looked for then. */
async function assertBind(engine: Engine, conditions: readonly OwnCondition[]): Promise<void> {
  const [first, ...others] = conditions;
  if (first === undefined) return;
  const binding = conditions.map(condition => bindingOf(condition, engine.dialect));
  try {
    await engine.query(join(binding, ' union all '));
  } catch (cause) {
    if (others.length === 0) throw invalid(first.key, cause instanceof Error ? cause.message : String(cause), cause);
    for (const condition of conditions) await assertBind(engine, [condition]);
    throw cause;
  }
}

function bindingOf({ rows, text }: OwnCondition, d: Dialect): Fragment {
  const columns = Object.entries(rows.columns).map(
    ([name, type]) => sql`cast(${lit(null)} as ${raw(d.type(type))}) as ${ref(name)}`,
  );
  return sql`select count(case when coalesce((${raw(text)}\n), false) then 1 end) from (select ${join(columns)}) as ${ref(rows.name)} where false`;
}

const invalid = (key: string, message: string, cause?: unknown): PlayheadError =>
  new PlayheadError({
    code: 'QUALITY_RULE_INVALID',
    at: key,
    message: message.split('\n')[0] ?? message,
    hint: 'it must be one SQL condition over the columns of the rows that the rule names (docs/alerts.md)',
    cause,
  });
