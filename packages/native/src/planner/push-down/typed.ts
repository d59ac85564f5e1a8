import { NotPushable } from '../not-pushable.js';
import type { Dialect, SqlType, Word } from './dialect.js';
import { sql, type Template, type Values } from './template.js';

/** An expression and its type; literals have theirs only where they meet another. */
export type Typed =
  | { readonly kind: 'value'; readonly type: SqlType; readonly sql: Template }
  /** `text` is null for NULL. Quoted literals are `unknown`, as PostgreSQL calls them. */
  | { readonly kind: 'literal'; readonly type: 'unknown' | 'int4' | 'decimal'; readonly text: string | null }
  | { readonly kind: 'interval'; readonly unit: 'days' | 'months' | 'seconds'; readonly count: Template };

export const valueAs = (type: SqlType, template: Template): Typed => ({ kind: 'value', type, sql: template });

/** From narrow to wide: what PostgreSQL casts of itself. */
const numbers: readonly SqlType[] = ['int4', 'int8', 'numeric', 'float8'];
const times: readonly SqlType[] = ['date', 'timestamp'];

export const isNumber = (type: SqlType): boolean => numbers.includes(type);
export const isWhole = (type: SqlType): boolean => isNumber(type) && type !== 'float8';

/** PostgreSQL's types of expressions, its implicit casts, and the words of a dialect for them. */
export class Types {
  private readonly dialect: Dialect;
  private readonly values: Values;

  constructor(dialect: Dialect, values: Values) {
    this.dialect = dialect;
    this.values = values;
  }

  /** @throws NotPushable where the dialect has no word for it */
  say(word: Word, ...parts: readonly Template[]): Template {
    const spell = this.dialect(word);
    if (spell === undefined) throw new NotPushable();
    return spell(...parts);
  }

  /** The expression as a value of that type, where PostgreSQL casts it without being told to. @throws NotPushable */
  as(type: SqlType, expression: Typed): Template {
    if (expression.kind === 'interval') throw new NotPushable();
    if (expression.kind === 'literal') return this.literal(type, expression);
    if (expression.type === type) return expression.sql;
    const ladder = [numbers, times].find(each => each.includes(type)) ?? [];
    const [from, to] = [ladder.indexOf(expression.type), ladder.indexOf(type)];
    if (from === -1 || from > to) throw new NotPushable();
    return this.say(`as ${type}`, expression.sql);
  }

  /** The type that CASE, COALESCE, IN or a comparison gives several expressions. @throws NotPushable */
  common(expressions: readonly Typed[]): SqlType {
    const types = expressions.flatMap(each => (each.kind === 'value' ? [each.type] : []));
    if (expressions.some(each => each.kind === 'interval')) throw new NotPushable();
    const literals = expressions.flatMap(each => (each.kind === 'literal' ? [each.type] : []));
    if (literals.includes('decimal')) types.push('float8');
    if (literals.includes('int4')) types.push('int4');
    const [first] = types;
    if (first === undefined) return 'text';
    const ladder = [numbers, times].find(each => each.includes(first));
    const widest = ladder === undefined ? first : types.reduce((a, b) => wider(ladder, a, b));
    if (!types.every(type => type === widest || ladder?.includes(type))) throw new NotPushable();
    // Beside whole numbers a decimal is PostgreSQL's numeric, which is not float8.
    const isNumeric = literals.includes('decimal') && !expressions.some(e => e.kind === 'value' && e.type === 'float8');
    if (isNumeric) throw new NotPushable();
    return widest;
  }

  private literal(type: SqlType, { text, type: written }: Extract<Typed, { kind: 'literal' }>): Template {
    if (text === null) return this.say(`as ${type}`, sql`NULL`);
    const isQuoted = written === 'unknown';
    if (!(isQuoted ? true : isNumber(type)) || !isWritten(type, text, written)) throw new NotPushable();
    return this.say(
      `as ${type}`,
      this.values.add(type === 'bool' ? String(/^(t|true|1)$/i.test(text)) : plain(text, type)),
    );
  }
}

const wider = (ladder: readonly SqlType[], a: SqlType, b: SqlType): SqlType =>
  ladder.indexOf(a) >= ladder.indexOf(b) ? a : b;

/** A zone is dropped, as PostgreSQL does when it reads text as `timestamp`. */
const plain = (text: string, type: SqlType): string =>
  type === 'timestamp'
    ? text.replace(/(:\d\d(?:\.\d+)?) ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?)$/i, '$1').replace('T', ' ')
    : text;

const written: Readonly<Record<SqlType, RegExp>> = {
  bool: /^(t|true|1|f|false|0)$/i,
  text: /^/,
  int4: /^-?\d{1,9}$/,
  int8: /^-?\d{1,18}$/,
  numeric: /^-?\d{1,18}$/,
  float8: /^-?\d{1,15}(\.\d{1,15})?$/,
  timestamp: /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/i,
  date: /^\d{4}-\d\d-\d\d$/,
};

/** Whether a literal is surely read as PostgreSQL reads it: no spaces, infinities, or days that do not exist. */
function isWritten(type: SqlType, text: string, as: string): boolean {
  if (text.includes('\0') || !written[type].test(text) || (as === 'decimal' && type !== 'float8')) return false;
  if (type !== 'timestamp' && type !== 'date') return true;
  const [, day = '', hour = '00', minute = '00', second = '00'] =
    /^(.{10})(?:[T ](..):(..)(?::(..))?)?/.exec(text) ?? [];
  const instant = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) && day >= '0001';
  return isDay && hour < '24' && minute < '60' && second < '60';
}
