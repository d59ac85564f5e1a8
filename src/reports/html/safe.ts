/** Text that is HTML already. Only `html` and `trusted` make it. */
export interface Safe {
  readonly html: string;
}

type Piece = string | number | Safe | readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Titles come from outside: no mark-up, and no control characters, which HTML does not allow. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, sign => entities[sign] ?? '').replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');

/** A template whose values are escaped, unless they are `Safe`; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Safe {
  return { html: parts.map((part, i) => (i === 0 ? part : `${textOf(values[i - 1] ?? '')}${part}`)).join('') };
}

/** Says that a text of ours is HTML. Never for what comes from outside. */
export const trusted = (text: string): Safe => ({ html: text });

function textOf(piece: Piece): string {
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  if ('html' in piece) return piece.html;
  return piece.map(textOf).join('');
}
