import { type Fragment, join, lit, ref, sql } from '#sql';
import type { ResolvedMapping } from './mapping.js';
import type { EventRule, EventTarget } from './preset.js';
import { parseSourcePath, type SourcePath } from './source-path.js';

/** Stands for a name that is left out on purpose, until the row is judged. */
export const leftOut = '(left out)';

/** Closer to the end than this, a player that stops has come to the end. Seconds. */
const endTolerance = 0.25;

/** The source paths that decide what some event names mean. */
export function decidingPaths({ events }: ResolvedMapping): SourcePath[] {
  const written = [...events.values()].flatMap(rule => (isCondition(rule) ? rule.by : []));
  return [...new Set(written)].map(parseSourcePath);
}

/**
 * The canonical event type, `leftOut`, or null for a name that nobody knows. Reads the columns `event_name`,
 * `position_s`, `duration_s` and `deciding_0...`, the texts found at `decidingPaths`.
 */
export function eventTypeOf(mapping: ResolvedMapping): Fragment {
  const branches = [...mapping.events].map(
    ([name, rule]) => sql`when ${lit(name)} then ${outcome(rule, decidingPaths(mapping))}`,
  );
  return sql`case event_name ${join(branches, '\n')}
else ${foreignName(mapping)} end`;
}

function foreignName({ ownWords }: ResolvedMapping): Fragment {
  if (ownWords === undefined) return lit(null);
  const isOurs = ownWords.map(word => sql`contains(event_name, ${lit(word.toLowerCase())})`);
  return sql`case when not (${isOurs.length === 0 ? sql`false` : join(isOurs, ' or ')}) then ${lit(leftOut)} end`;
}

function outcome(rule: EventRule, paths: readonly SourcePath[]): Fragment {
  if (rule === null || typeof rule === 'string') return target(rule);
  if ('atEnd' in rule) {
    const isAtEnd = sql`position_s >= duration_s - ${lit(endTolerance)}`;
    return sql`case when ${isAtEnd} then ${target(rule.atEnd)} else ${target(rule.otherwise)} end`;
  }
  const found = rule.by.map(written => ref(`deciding_${paths.findIndex(path => path.written === written)}`));
  const cases = Object.entries(rule.values).map(([word, to]) => sql`when ${lit(word)} then ${target(to)}`);
  return sql`case coalesce(${join(found)}) ${join(cases, ' ')} else ${target(rule.otherwise)} end`;
}

const target = (to: EventTarget): Fragment => lit(to ?? leftOut);

const isCondition = (rule: EventRule): rule is Extract<EventRule, { by: unknown }> =>
  rule !== null && typeof rule === 'object' && 'by' in rule;
