import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { gatewayError } from './errors.js';

const refuse = (message: string) => gatewayError('BAD_USER_INPUT', message);

function literalNumber(node: ValueNode): unknown {
  return node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : undefined;
}

function literalText(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

interface NumberRule {
  readonly name: string;
  readonly says: string;
  readonly fits: (value: number) => boolean;
  /** Rounding noise of floating-point sums that still counts as inside. */
  readonly settle?: (value: number) => number;
}

function numberScalar({ name, says, fits, settle = value => value }: NumberRule): GraphQLScalarType<number, number> {
  const parse = (value: unknown): number => {
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return value;
    throw refuse(`${name} must be ${says}`);
  };
  return new GraphQLScalarType<number, number>({
    name,
    serialize: value => {
      const settled = typeof value === 'number' ? settle(value) : Number.NaN;
      if (Number.isFinite(settled) && fits(settled)) return settled;
      throw gatewayError('UPSTREAM_UNAVAILABLE', `the semantic layer answered a value that is no ${name}`);
    },
    parseValue: parse,
    parseLiteral: node => parse(literalNumber(node)),
  });
}

/** Sums of doubles may miss a bound by this much. */
const noise = 1e-9;

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** True for `YYYY-MM-DD` of a day that the calendar has. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !datePattern.test(value)) return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

function parseDay(value: unknown): string {
  if (isDay(value)) return value;
  throw refuse('Date must be a calendar day like 2026-11-24');
}

function parseInstant(value: unknown): string {
  if (typeof value === 'string' && instantPattern.test(value)) {
    const instant = new Date(value);
    if (!Number.isNaN(instant.getTime())) return instant.toISOString();
  }
  throw refuse('DateTime must be an ISO 8601 instant with a zone, like 2026-11-24T22:15:03Z');
}

function textScalar(name: string, parse: (value: unknown) => string): GraphQLScalarType<string, string> {
  return new GraphQLScalarType<string, string>({
    name,
    serialize: parse,
    parseValue: parse,
    parseLiteral: node => parse(literalText(node)),
  });
}

/** The scalars of schema.graphql. */
export const scalars = {
  DateTime: textScalar('DateTime', parseInstant),
  Date: textScalar('Date', parseDay),
  Seconds: numberScalar({
    name: 'Seconds',
    says: 'a number of seconds from 0 on',
    fits: value => value >= 0,
    settle: value => (value < 0 && value > -noise ? 0 : value),
  }),
  Ratio: numberScalar({
    name: 'Ratio',
    says: 'a share from 0 to 1',
    fits: value => value >= 0 && value <= 1,
    settle: value => (value > -noise && value < 1 + noise ? Math.min(1, Math.max(0, value)) : value),
  }),
  Count: numberScalar({
    name: 'Count',
    says: 'a whole number from 0 to 2^53',
    fits: value => Number.isSafeInteger(value) && value >= 0,
  }),
};
