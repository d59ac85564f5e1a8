/** A value that reaches the engine as a bound parameter, never as text. */
export type SqlValue = string | number | bigint | boolean | null;

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly value: SqlValue }
  | { readonly kind: 'parameter'; readonly value: SqlValue };

/** A piece of SQL that is not yet text: names and literals are quoted by the dialect, values are parameters. */
export interface Fragment {
  readonly parts: readonly Part[];
}

const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && 'parts' in value && Array.isArray(value.parts);

/**
 * SQL as a template. A `Fragment` put into it is inlined; anything else becomes a parameter by nature,
 * and whatever is neither has to say so: `ref` for names, `lit` for literals of our own, `raw` for text of our own.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly (SqlValue | Fragment)[]): Fragment {
  const parts: Part[] = [];
  strings.forEach((text, i) => {
    if (text !== '') parts.push({ kind: 'text', text });
    if (i >= values.length) return;
    const value = values[i];
    if (isFragment(value)) parts.push(...value.parts);
    else parts.push({ kind: 'parameter', value: value ?? null });
  });
  return { parts };
}

/** A name (`table`, or `alias.column` by two arguments), quoted by the dialect. */
export const ref = (...path: readonly string[]): Fragment => ({ parts: [{ kind: 'name', path }] });

/** A literal written into the text: for thresholds and words of our own, so that the SQL can be read and pasted. */
export const lit = (value: SqlValue): Fragment => ({ parts: [{ kind: 'literal', value }] });

/** Text of our own. Never a string that came from outside. */
export const raw = (text: string): Fragment => ({ parts: [{ kind: 'text', text }] });

/** Fragments with a separator between them. */
export function join(fragments: readonly Fragment[], separator = ', '): Fragment {
  return {
    parts: fragments.flatMap((f, i) => (i === 0 ? f.parts : [{ kind: 'text' as const, text: separator }, ...f.parts])),
  };
}

/** SQL text with its bound values, in the order of its placeholders. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** How one engine writes what is not plain text. */
export interface Notation {
  quoteName(name: string): string;
  literal(value: SqlValue): string;
  placeholder(position: number): string;
}

/** Renders a fragment for one dialect. */
export function compile(fragment: Fragment, dialect: Notation): Statement {
  const values: SqlValue[] = [];
  const render = (part: Part): string => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'name':
        return part.path.map(name => dialect.quoteName(name)).join('.');
      case 'literal':
        return dialect.literal(part.value);
      case 'parameter':
        values.push(part.value);
        return dialect.placeholder(values.length);
    }
  };
  const text = fragment.parts.map(render).join('');
  return { text, values };
}
