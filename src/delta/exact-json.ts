const longNumber = /\d[\d.]{15}/;
/** A string (passed over) or a number too long for a double to hold for certain. */
const stringOrLongNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON without losing digits: a number of 16 digits or more that JavaScript would change comes back as a string
 * of its digits. Delta keeps 64-bit integers and decimals in JSON, and `JSON.parse` alone rounds them.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  const kept = text.replaceAll(stringOrLongNumber, token =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${token}"`,
  );
  return JSON.parse(kept);
}

/** Writes JSON with `bigint` as a plain number of all its digits and instants in ISO 8601. */
export function writeExactJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(writeExactJson).join(',')}]`;
  if (value instanceof Date) return JSON.stringify(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeExactJson(member)}`).join(',')}}`;
}
