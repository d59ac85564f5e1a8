import type { QualityConfig, QualityRuleConfig } from '#config';
import { PlayheadError } from '#errors';
import { type Dialect, type Fragment, lit, raw, ref, type Source, sql } from '#sql';
import type { RowsRule, Rule } from './rule.js';
import { newEvents, newRejected, rejectedId, segments, sessions } from './sources.js';

interface Relation {
  readonly source: Source;
  /** What names a row where the rule does not say it. */
  readonly id: (d: Dialect) => Fragment;
}

const relations: Readonly<Record<QualityRuleConfig['rows'], Relation>> = {
  sessions: { source: sessions, id: () => sql`session_id` },
  segments: { source: segments, id: () => sql`session_id` },
  new_events: { source: newEvents, id: () => sql`event_id` },
  new_rejected: { source: newRejected, id: rejectedId },
};

/** The rules that the configuration adds to those of Playhead. @throws QUALITY_RULE_INVALID when a name is taken */
export function ownRules({ rules }: QualityConfig, builtIn: readonly Rule[]): Rule[] {
  return Object.entries(rules).map(([name, written]) => {
    if (builtIn.some(rule => rule.name === name)) {
      throw new PlayheadError({
        code: 'QUALITY_RULE_INVALID',
        at: `quality.rules.${name}`,
        message: 'Playhead has a rule of this name',
        hint: 'choose another name; the thresholds of its own rules are keys of `quality`',
      });
    }
    return ownRule(name, written);
  });
}

function ownRule(name: string, written: QualityRuleConfig): RowsRule {
  const { source, id } = relations[written.rows];
  // A condition that is null for a row says nothing against it. The line break ends a comment in it.
  const holds = (condition: string) => sql`coalesce((${raw(condition)}\n), false)`;
  return {
    kind: 'rows',
    name,
    title: written.title ?? name.replaceAll('_', ' '),
    says: written.says,
    severity: written.severity,
    rows: source,
    threshold: () => written.max,
    fails: () => sql`value > ${lit(written.max)}`,
    measure: ({ d }) => ({
      isChecked: written.where === undefined ? sql`true` : holds(written.where),
      isFailed: holds(written.fails_when),
      id: written.id === undefined ? id(d) : sql`cast(${ref(written.id)} as ${raw(d.type('string'))})`,
      value: written.value,
    }),
  };
}

/** A text of the operator's that stands for one SQL condition over the rows of a relation. */
export interface OwnCondition {
  /** `quality.rules.<name>.fails_when`. */
  readonly key: string;
  readonly rows: Source;
  readonly text: string;
}

/** Every SQL text of the configuration's rules, for whoever checks them on an engine. */
export function ownConditions({ rules }: QualityConfig, d: Dialect): OwnCondition[] {
  return Object.entries(rules).flatMap(([name, { rows, where, fails_when, id }]) => {
    const texts = { fails_when, where, id: id === undefined ? undefined : `${d.quoteName(id)} is null` };
    return Object.entries(texts).flatMap(([part, text]) =>
      text === undefined ? [] : [{ key: `quality.rules.${name}.${part}`, rows: relations[rows].source, text }],
    );
  });
}
