import type { Member } from '../../cube/index.js';
import { body, functionName, type Node, textsOf, typeName } from '../ast.js';
import { readConstant } from '../constants.js';
import { readLeaf } from '../leaves.js';
import { NotPushable } from '../not-pushable.js';
import type { Scope } from '../scope.js';
import type { SqlType, Word } from './dialect.js';
import { readFunction } from './functions.js';
import { joined, sql, Template, wholeNumber } from './template.js';
import { isNumber, isWhole, type Typed, type Types, valueAs } from './typed.js';

const refuse = (): never => {
  throw new NotPushable();
};

/**
 * Expressions over the members of a FROM in the words of the data source. Only what is listed here goes down, and only
 * where the words mean what PostgreSQL means; all else is refused with NotPushable.
 */
export class Expressions {
  readonly types: Types;
  private readonly scope: Scope;

  constructor(types: Types, scope: Scope) {
    this.types = types;
    this.scope = scope;
  }

  /** A condition of WHERE, FILTER or CASE. */
  condition(node: Node): Template {
    return this.types.as('bool', this.read(node));
  }

  read(node: Node): Typed {
    const literal = readLiteral(node);
    if (literal !== undefined) return literal;
    const time = this.timeUnit(node);
    if (time !== undefined) return time;
    const [kind] = Object.keys(node);
    switch (kind) {
      case 'ColumnRef':
        return this.column(node);
      case 'TypeCast':
        return this.cast(node);
      case 'BoolExpr':
        return this.logic(node);
      case 'NullTest':
      case 'BooleanTest':
        return this.test(node);
      case 'A_Expr':
        return this.operation(node);
      case 'CaseExpr':
        return this.choice(node);
      case 'CoalesceExpr':
        return this.list('coalesce', body(node, 'CoalesceExpr')?.args);
      case 'MinMaxExpr': {
        const { op, args } = body(node, 'MinMaxExpr') ?? {};
        return this.list(op === 'IS_GREATEST' ? 'greatest' : 'least', args);
      }
      case 'FuncCall':
        return readFunction(node, this);
      default:
        return refuse();
    }
  }

  /** A member of the model, cast to the type that its column has for clients. */
  private member(member: Member): Typed {
    if (member.kind === 'measure') return refuse();
    const { type, isTime } = member;
    const written = sql`(${Template.member(member)})`;
    return valueAs(type, isTime ? this.types.say('instant', written) : this.types.say(`as ${type}`, written));
  }

  private column(node: Node): Typed {
    const resolved = this.scope.resolve(node);
    return resolved.kind === 'member' ? this.member(resolved.member) : refuse();
  }

  /** DATE_TRUNC of a time dimension is Cube's own granularity, in the time zone of the query. */
  private timeUnit(node: Node): Typed | undefined {
    if (functionName(node) !== 'date_trunc') return undefined;
    const leaf = readLeaf(node, this.scope);
    if (leaf?.kind !== 'time') return undefined;
    return valueAs('timestamp', this.types.say('as timestamp', Template.member(leaf.member, leaf.granularity)));
  }

  private cast(node: Node): Typed {
    const { arg, typeName: type } = body(node, 'TypeCast') ?? {};
    if (arg === undefined) return refuse();
    if ((type?.typmods?.length ?? 0) > 0 || (type?.arrayBounds?.length ?? 0) > 0) return refuse();
    if (typeName(node) === 'interval') return readInterval(arg);
    const target = castTargets[typeName(node) ?? ''] ?? refuse();
    return this.castTo(target, this.read(arg));
  }

  castTo(target: SqlType, value: Typed): Typed {
    if (value.kind !== 'value') {
      const isTyped = value.kind === 'literal' && (value.text === null || value.type !== 'decimal');
      if (!isTyped || (value.type === 'int4' && !isNumber(target))) return refuse();
      return valueAs(target, this.types.as(target, value));
    }
    const from = value.type;
    if (from === target) return value;
    const isPlain =
      (isNumber(target) && target !== 'numeric' && isWhole(from)) ||
      (target === 'numeric' && isWhole(from)) ||
      (target === 'int4' && from === 'bool') ||
      (target === 'bool' && from === 'int4') ||
      (target === 'text' && from !== 'float8') ||
      (target === 'date' && from === 'timestamp') ||
      (target === 'timestamp' && from === 'date');
    if (isPlain) return valueAs(target, this.types.say(`as ${target}`, value.sql));
    const isRounded = from === 'float8' && (target === 'int4' || target === 'int8');
    return isRounded ? valueAs(target, this.types.say(`as ${target}`, this.types.say('round', value.sql))) : refuse();
  }

  private logic(node: Node): Typed {
    const { boolop, args = [] } = body(node, 'BoolExpr') ?? {};
    const [first = refuse(), ...rest] = args.map(arg => this.condition(arg));
    if (boolop === 'NOT_EXPR') return valueAs('bool', this.types.say('not', first));
    const word = boolop === 'AND_EXPR' ? 'and' : 'or';
    return valueAs(
      'bool',
      rest.reduce((left, right) => this.types.say(word, left, right), first),
    );
  }

  private test(node: Node): Typed {
    const nulls = body(node, 'NullTest');
    if (nulls?.arg !== undefined) {
      const value = this.read(nulls.arg);
      if (value.kind !== 'value') return refuse();
      return this.perhapsNot(this.types.say('isNull', value.sql), nulls.nulltesttype !== 'IS_NULL');
    }
    const { arg = refuse(), booltesttype = '' } = body(node, 'BooleanTest') ?? {};
    const words: Readonly<Record<string, Word>> = { TRUE: 'isTrue', FALSE: 'isFalse', UNKNOWN: 'isNull' };
    const word = words[booltesttype.replace(/^IS_(NOT_)?/, '')] ?? refuse();
    return this.perhapsNot(this.types.say(word, this.condition(arg)), booltesttype.startsWith('IS_NOT_'));
  }

  private perhapsNot(condition: Template, isNegated: boolean): Typed {
    return valueAs('bool', isNegated ? this.types.say('not', condition) : condition);
  }

  private operation(node: Node): Typed {
    const { kind, name, lexpr, rexpr = refuse() } = body(node, 'A_Expr') ?? {};
    const operator = textsOf(name).at(-1) ?? '';
    if (textsOf(name).length > 1 && textsOf(name)[0] !== 'pg_catalog') return refuse();
    switch (kind) {
      case 'AEXPR_OP':
        if (lexpr === undefined) return operator === '-' ? this.negative(this.read(rexpr)) : refuse();
        return this.binary(operator, this.read(lexpr), this.read(rexpr), rexpr);
      case 'AEXPR_IN':
        return this.among(lexpr ?? refuse(), body(rexpr, 'List')?.items ?? [], operator === '<>');
      case 'AEXPR_OP_ANY':
        if (operator !== '=') return refuse();
        return this.among(lexpr ?? refuse(), body(rexpr, 'A_ArrayExpr')?.elements ?? refuse(), false);
      case 'AEXPR_BETWEEN':
      case 'AEXPR_NOT_BETWEEN': {
        const value = this.read(lexpr ?? refuse());
        const [low = refuse(), high = refuse()] = body(rexpr, 'List')?.items ?? [];
        const both = this.types.say(
          'and',
          this.compare('>=', value, this.read(low)),
          this.compare('<=', value, this.read(high)),
        );
        return this.perhapsNot(both, kind === 'AEXPR_NOT_BETWEEN');
      }
      case 'AEXPR_DISTINCT':
      case 'AEXPR_NOT_DISTINCT': {
        const compared = this.compare('distinct', this.read(lexpr ?? refuse()), this.read(rexpr));
        return this.perhapsNot(compared, kind === 'AEXPR_NOT_DISTINCT');
      }
      case 'AEXPR_LIKE':
      case 'AEXPR_ILIKE':
        return this.like(lexpr ?? refuse(), rexpr, operator, kind === 'AEXPR_ILIKE');
      case 'AEXPR_NULLIF':
        return this.nullIf(this.read(lexpr ?? refuse()), this.read(rexpr));
      default:
        return refuse();
    }
  }

  private nullIf(value: Typed, other: Typed): Typed {
    const type = this.types.common([value, other]);
    // NULLIF has the type of its first argument, which a wider second one must not change.
    if (value.kind !== 'value' || value.type !== type) return refuse();
    return valueAs(type, this.types.say('nullif', value.sql, this.types.as(type, other)));
  }

  compare(word: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'distinct', left: Typed, right: Typed): Template {
    if (left.kind === 'literal' && right.kind === 'literal') return refuse();
    const type = this.types.common([left, right]);
    return this.types.say(word, this.types.as(type, left), this.types.as(type, right));
  }

  private among(left: Node, items: readonly Node[], isNegated: boolean): Typed {
    const value = this.read(left);
    const list = items.map(item => this.read(item));
    if (value.kind === 'literal' || list.length === 0) return refuse();
    const type = this.types.common([value, ...list]);
    const members = joined(
      list.map(item => this.types.as(type, item)),
      ', ',
    );
    return this.perhapsNot(this.types.say('in', this.types.as(type, value), members), isNegated);
  }

  private like(left: Node, right: Node, operator: string, ignoresCase: boolean): Typed {
    const pattern = readLiteral(right);
    if (pattern?.kind !== 'literal' || pattern.type !== 'unknown') return refuse();
    // PostgreSQL refuses a pattern that ends in the sign that escapes.
    if (pattern.text !== null && /(^|[^\\])(\\\\)*\\$/.test(pattern.text)) return refuse();
    const fold = (text: Template): Template => (ignoresCase ? this.types.say('lower', text) : text);
    const value = this.types.as('text', this.read(left));
    const matched = this.types.say('like', fold(value), fold(this.types.as('text', pattern)));
    return this.perhapsNot(matched, operator.startsWith('!'));
  }

  private negative(value: Typed): Typed {
    if (value.kind === 'interval') return { ...value, count: this.types.say('negate', value.count) };
    if (value.kind === 'literal' || !isNumber(value.type)) return refuse();
    return valueAs(value.type, this.types.say('negate', value.sql));
  }

  private binary(operator: string, left: Typed, right: Typed, rightNode: Node): Typed {
    switch (operator) {
      case '=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return valueAs('bool', this.compare(operator, left, right));
      case '<>':
      case '!=':
        return valueAs('bool', this.compare('<>', left, right));
      case '||':
        return this.concatenation(left, right);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.arithmetic(operator, left, right, rightNode);
      default:
        return refuse();
    }
  }

  /** Text and what PostgreSQL writes behind it in the one way there is. */
  private concatenation(left: Typed, right: Typed): Typed {
    const isText = (each: Typed): boolean => each.kind === 'value' && each.type === 'text';
    const written = (each: Typed): Template =>
      each.kind === 'value' && (isWhole(each.type) || each.type === 'bool')
        ? this.types.say('as text', each.sql)
        : this.types.as('text', each);
    if (!isText(left) && !isText(right)) return refuse();
    return valueAs('text', this.types.say('||', written(left), written(right)));
  }

  private arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: Typed, right: Typed, rightNode: Node): Typed {
    const timed = this.timeArithmetic(operator, left, right);
    if (timed !== undefined) return timed;
    if ([left, right].some(each => each.kind === 'literal' && each.type === 'unknown' && each.text !== null))
      return refuse();
    const type = this.types.common([left, right]);
    if (!isNumber(type)) return refuse();
    const [a, b] = [this.types.as(type, left), this.types.as(type, right)];
    if (operator !== '/' && operator !== '%') return valueAs(type, this.types.say(operator, a, b));
    // PostgreSQL's division by zero is an error, which no data source has to know.
    if (!isNeverZero(rightNode)) return refuse();
    if (type === 'float8') return operator === '/' ? valueAs(type, this.types.say('/', a, b)) : refuse();
    if (type === 'numeric') return refuse();
    return valueAs(type, this.types.say(operator === '/' ? 'quotient' : 'remainder', a, b));
  }

  /** Times plus and minus intervals and days; intervals times numbers. */
  private timeArithmetic(operator: string, left: Typed, right: Typed): Typed | undefined {
    if (operator === '*') {
      const [interval, factor] = left.kind === 'interval' ? [left, right] : [right, left];
      if (interval.kind !== 'interval') return undefined;
      const isCount =
        factor.kind === 'value' ? isWhole(factor.type) : factor.kind === 'literal' && factor.type === 'int4';
      // Months times a number and parts of a day are PostgreSQL's own arithmetic.
      if (!isCount || interval.unit !== 'days') return refuse();
      return { ...interval, count: this.types.say('*', this.types.as('numeric', factor), interval.count) };
    }
    if (operator === '+' && left.kind === 'interval') return this.timeArithmetic(operator, right, left);
    if (left.kind !== 'value' || (left.type !== 'timestamp' && left.type !== 'date')) return undefined;
    if (right.kind === 'interval') {
      const count = operator === '-' ? this.types.say('negate', right.count) : right.count;
      const words = { days: 'addDays', months: 'addMonths', seconds: 'addSeconds' } as const;
      return valueAs('timestamp', this.types.say(words[right.unit], this.types.as('timestamp', left), count));
    }
    if (left.type !== 'date') return refuse();
    if (operator === '-' && right.kind === 'value' && right.type === 'date')
      return valueAs('int4', this.types.say('daysBetween', left.sql, right.sql));
    if (operator !== '+' && operator !== '-') return refuse();
    const days = this.types.as('int4', right);
    const count = operator === '-' ? this.types.say('negate', days) : days;
    return valueAs('date', this.types.say('addDaysToDate', left.sql, count));
  }

  private choice(node: Node): Typed {
    const { arg, args = [], defresult } = body(node, 'CaseExpr') ?? {};
    const tested = arg === undefined ? undefined : this.read(arg);
    const branches = args.map(each => {
      const { expr = refuse(), result = refuse() } = body(each, 'CaseWhen') ?? {};
      const condition = tested === undefined ? this.condition(expr) : this.compare('=', tested, this.read(expr));
      return { condition, result: this.read(result) };
    });
    const otherwise: Typed =
      defresult === undefined ? { kind: 'literal', type: 'unknown', text: null } : this.read(defresult);
    const type = this.types.common([...branches.map(({ result }) => result), otherwise]);
    const whens = branches.map(({ condition, result }) =>
      this.types.say('when', condition, this.types.as(type, result)),
    );
    return valueAs(type, this.types.say('case', joined(whens, ' '), this.types.as(type, otherwise)));
  }

  private list(word: 'coalesce' | 'greatest' | 'least', args: readonly Node[] = []): Typed {
    const items = args.map(arg => this.read(arg));
    const type = this.types.common(items);
    const list = items.map(item => this.types.as(type, item));
    return valueAs(type, this.types.say(word, joined(list, ', ')));
  }
}

const castTargets: Readonly<Record<string, SqlType>> = {
  text: 'text',
  varchar: 'text',
  bool: 'bool',
  int4: 'int4',
  int8: 'int8',
  numeric: 'numeric',
  float8: 'float8',
  timestamp: 'timestamp',
  date: 'date',
};

/** A literal as it is written: its type is found where it is used. A parameter of Describe is any of its values. */
export function readLiteral(node: Node): Typed | undefined {
  const constant = body(node, 'A_Const');
  if (Object.hasOwn(node, 'ParamRef')) return { kind: 'literal', type: 'unknown', text: null };
  if (constant !== undefined) {
    if (constant.boolval !== undefined) {
      return valueAs('bool', constant.boolval.boolval === true ? sql`TRUE` : sql`FALSE`);
    }
    if (constant.isnull) return { kind: 'literal', type: 'unknown', text: null };
    if (constant.sval !== undefined) return { kind: 'literal', type: 'unknown', text: constant.sval.sval ?? '' };
    if (constant.ival !== undefined) return { kind: 'literal', type: 'int4', text: String(constant.ival.ival ?? 0) };
    return { kind: 'literal', type: 'decimal', text: constant.fval?.fval ?? '' };
  }
  const operator = body(node, 'A_Expr');
  const isNegative = operator?.kind === 'AEXPR_OP' && operator.lexpr === undefined && textsOf(operator.name)[0] === '-';
  const positive = isNegative && operator?.rexpr !== undefined ? readLiteral(operator.rexpr) : undefined;
  if (positive?.kind !== 'literal' || positive.type === 'unknown' || positive.text === null) return undefined;
  return { ...positive, text: positive.text.startsWith('-') ? positive.text.slice(1) : `-${positive.text}` };
}

const intervalUnits: Readonly<Record<string, readonly ['days' | 'months' | 'seconds', number]>> = {
  second: ['seconds', 1],
  minute: ['seconds', 60],
  hour: ['seconds', 3600],
  day: ['days', 1],
  week: ['days', 7],
  mon: ['months', 1],
  month: ['months', 1],
  year: ['months', 12],
};

/** `'3 months'`, `'-1 day'`: one count of one unit. The count is a number that was read, so it may stand in the text. */
function readInterval(node: Node): Typed {
  const literal = readLiteral(node);
  const text = literal?.kind === 'literal' ? literal.text : null;
  const [, count = '', name = ''] = /^\s*([+-]?\d{1,6})\s+([a-z]+?)s?\s*$/i.exec(text ?? '') ?? [];
  const [unit, factor] = intervalUnits[name.toLowerCase()] ?? refuse();
  return { kind: 'interval', unit, count: wholeNumber(Number(count) * factor) };
}

/** A literal other than 0, or NULLIF(..., 0). */
function isNeverZero(node: Node): boolean {
  const constant = readConstant(node);
  if (constant?.isKnown && constant.value !== null) return Number(constant.value) !== 0;
  const nullIf = body(node, 'A_Expr');
  if (nullIf?.kind !== 'AEXPR_NULLIF') return false;
  const zero = readConstant(nullIf.rexpr);
  return zero?.isKnown === true && zero.value !== null && Number(zero.value) === 0;
}
