import { isDeepStrictEqual } from 'node:util';
import type { NormalizedQuery } from '@cubejs-backend/api-gateway';
import type { CompilerApi } from '@cubejs-backend/server-core';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type TakenApart, takeApart } from './passed-values.js';

type Plan = Awaited<ReturnType<CompilerApi['getSql']>>;

const statement = z.tuple([z.string(), z.array(z.unknown())]);
const asQuery = z.custom<NormalizedQuery>(given => typeof given === 'object' && given !== null);

/** A parameter of a statement: the same for all questions of a kind, or one of their values with what Cube writes around it. */
type Parameter =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'value'; readonly slot: number; readonly before: string; readonly after: string };

type Known =
  | { readonly kind: 'seen' }
  | { readonly kind: 'unlike' }
  | { readonly kind: 'plan'; readonly plan: Plan; readonly text: string; readonly parameters: readonly Parameter[] };

/**
 * Plans by what they are made from. A question that differs from an earlier one in its values alone is given the earlier
 * plan with its own values in it. Which parameter is which value is learned from planning the question of marks instead of values,
 * and believed when the plan of the real question comes out of it, word for word.
 */
export class KnownPlans {
  readonly #known: LRUCache<string, Known>;

  constructor(max: number) {
    this.#known = new LRUCache({ max });
  }

  async plan(query: NormalizedQuery, plan: (query: NormalizedQuery) => Promise<Plan>): Promise<Plan> {
    const question = takeApart(query);
    if (question === undefined) return plan(query);
    const { key } = question;
    const known = this.#known.get(key);
    if (known?.kind === 'plan') return filled(known, question);
    const planned = await plan(query);
    // A kind that comes once is not worth a second planning.
    if (known === undefined) this.#known.set(key, { kind: 'seen' });
    else if (known.kind === 'seen') this.#known.set(key, await this.#learn(question, planned, plan));
    return planned;
  }

  async #learn(question: TakenApart, planned: Plan, plan: (query: NormalizedQuery) => Promise<Plan>): Promise<Known> {
    try {
      return learned(question, planned, await plan(asQuery.parse(question.marked)));
    } catch {
      // The question itself is planned; questions of this kind go on being planned one by one.
      return { kind: 'unlike' };
    }
  }
}

function learned(question: TakenApart, planned: Plan, marked: Plan): Known {
  const [text, values] = statement.parse(marked.sql);
  const parameters = values.map(value => parameterOf(value, question.marks));
  if (parameters.some(parameter => parameter === undefined)) return { kind: 'unlike' };
  const plan = { kind: 'plan', plan: marked, text, parameters: parameters.filter(isKnown) } as const;
  return isDeepStrictEqual(filled(plan, question), planned) ? plan : { kind: 'unlike' };
}

const isKnown = (parameter: Parameter | undefined): parameter is Parameter => parameter !== undefined;

/** None where it is made of more than one value. */
function parameterOf(value: unknown, marks: readonly string[]): Parameter | undefined {
  if (typeof value !== 'string') return { kind: 'constant', value };
  const slots = marks.flatMap((mark, slot) => (value.includes(mark) ? [slot] : []));
  const [slot] = slots;
  if (slot === undefined) return { kind: 'constant', value };
  const [before = '', after = '', ...more] = value.split(marks[slot] ?? '');
  return slots.length > 1 || more.length > 0 ? undefined : { kind: 'value', slot, before, after };
}

function filled({ plan, text, parameters }: Extract<Known, { kind: 'plan' }>, { values }: TakenApart): Plan {
  const given = parameters.map(parameter =>
    parameter.kind === 'constant' ? parameter.value : `${parameter.before}${values[parameter.slot]}${parameter.after}`,
  );
  return { ...plan, sql: [text, given] };
}
