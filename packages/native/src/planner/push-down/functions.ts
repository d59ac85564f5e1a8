import { body, functionName, type Node, textsOf } from '../ast.js';
import { readConstant } from '../constants.js';
import { NotPushable } from '../not-pushable.js';
import type { SqlType, Word } from './dialect.js';
import { type Template, wholeNumber } from './template.js';
import { isNumber, type Typed, type Types, valueAs } from './typed.js';

/** Who reads the arguments. */
export interface Reader {
  readonly types: Types;
  read(node: Node): Typed;
}

type Read = (args: readonly Node[], reader: Reader) => Typed;

const refuse = (): never => {
  throw new NotPushable();
};

/** Calls of functions that are no aggregates. @throws NotPushable for all that are not listed here */
export function readFunction(node: Node, reader: Reader): Typed {
  const call = body(node, 'FuncCall');
  const names = textsOf(call?.funcname);
  const isPlain = call !== undefined && !call.over && !call.agg_filter && !call.agg_distinct && !call.agg_order;
  if (!isPlain || call.agg_star || call.func_variadic || (names.length > 1 && names[0] !== 'pg_catalog')) refuse();
  const name = functionName(node) ?? '';
  const read = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return read === undefined ? refuse() : read(call?.args ?? [], reader);
}

/** So many texts in, one value out. */
const ofTexts =
  (word: Word, count: number, type: SqlType): Read =>
  (args, reader) => {
    if (args.length !== count) refuse();
    const parts = args.map(arg => reader.types.as('text', reader.read(arg)));
    return valueAs(type, reader.types.say(word, ...parts));
  };

/** Trims what is given, and spaces otherwise. */
const trimmed =
  (word: Word): Read =>
  ([text = refuse(), characters, ...more], reader) => {
    if (more.length > 0) refuse();
    const given: Typed =
      characters === undefined ? { kind: 'literal', type: 'unknown', text: ' ' } : reader.read(characters);
    const { types } = reader;
    return valueAs('text', types.say(word, types.as('text', reader.read(text)), types.as('text', given)));
  };

/** A written number of at least `min`: what smaller ones mean differs. */
function countFrom(node: Node | undefined, min: number): Template {
  const constant = readConstant(node);
  const value = constant?.isKnown === true ? constant.value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= min ? wholeNumber(value) : refuse();
}

const cut =
  (word: 'left' | 'right'): Read =>
  ([text = refuse(), count], reader) =>
    valueAs('text', reader.types.say(word, reader.types.as('text', reader.read(text)), countFrom(count, 0)));

const substring: Read = ([text = refuse(), from, length], reader) => {
  const value = reader.types.as('text', reader.read(text));
  // Without a length: longer than any text is.
  const count = length === undefined ? wholeNumber(2 ** 30) : countFrom(length, 0);
  return valueAs('text', reader.types.say('substring', value, countFrom(from, 1), count));
};

/** Whole numbers are round already. */
const rounded =
  (word: 'floor' | 'ceil' | 'round' | 'trunc'): Read =>
  ([arg = refuse(), ...more], reader) => {
    const value = reader.read(arg);
    if (more.length > 0 || value.kind !== 'value') return refuse();
    if (value.type === 'numeric') return value;
    return value.type === 'float8' ? valueAs('float8', reader.types.say(word, value.sql)) : refuse();
  };

const abs: Read = ([arg = refuse(), ...more], reader) => {
  const value = reader.read(arg);
  if (more.length > 0 || value.kind !== 'value' || !isNumber(value.type)) return refuse();
  return valueAs(value.type, reader.types.say('abs', value.sql));
};

const unitOf = (node: Node | undefined): string => {
  const constant = readConstant(node);
  return constant?.isKnown === true && typeof constant.value === 'string' ? constant.value.toLowerCase() : refuse();
};

const dateFields = ['year', 'quarter', 'month', 'week', 'day', 'doy', 'dow', 'isodow', 'isoyear'] as const;
const timeFields = ['hour', 'minute'] as const;

/** EXTRACT gives numeric and DATE_PART float8; of these fields both are whole. */
const extracted =
  (type: 'numeric' | 'float8'): Read =>
  ([field, source = refuse()], reader) => {
    const unit = unitOf(field);
    const value = reader.read(source);
    if (value.kind !== 'value') return refuse();
    const isDate = value.type === 'date';
    const known = [...dateFields, ...(isDate ? [] : timeFields)].find(each => each === unit) ?? refuse();
    const { types } = reader;
    const number = valueAs('numeric', types.say(`extract ${known}`, types.as('timestamp', value)));
    return type === 'numeric' ? number : valueAs('float8', types.as('float8', number));
  };

const units = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

const truncated: Read = ([unit, source = refuse(), ...zone], reader) => {
  const value = reader.read(source);
  // PostgreSQL makes a date an instant of the session's time zone first.
  if (zone.length > 0 || value.kind !== 'value' || value.type !== 'timestamp') return refuse();
  const wanted = unitOf(unit);
  const known = units.find(each => each === wanted) ?? refuse();
  return valueAs('timestamp', reader.types.say(`trunc ${known}`, value.sql));
};

const functions: Readonly<Record<string, Read>> = {
  upper: ofTexts('upper', 1, 'text'),
  lower: ofTexts('lower', 1, 'text'),
  length: ofTexts('length', 1, 'int4'),
  char_length: ofTexts('length', 1, 'int4'),
  character_length: ofTexts('length', 1, 'int4'),
  strpos: ofTexts('position', 2, 'int4'),
  position: ofTexts('position', 2, 'int4'),
  starts_with: ofTexts('startsWith', 2, 'bool'),
  replace: ofTexts('replace', 3, 'text'),
  left: cut('left'),
  right: cut('right'),
  substr: substring,
  substring,
  btrim: trimmed('trim'),
  ltrim: trimmed('trimLeft'),
  rtrim: trimmed('trimRight'),
  abs,
  floor: rounded('floor'),
  ceil: rounded('ceil'),
  ceiling: rounded('ceil'),
  round: rounded('round'),
  trunc: rounded('trunc'),
  extract: extracted('numeric'),
  date_part: extracted('float8'),
  date_trunc: truncated,
};
