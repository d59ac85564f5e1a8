import type { Member } from '../../cube/index.js';
import { NotPushable } from '../not-pushable.js';

/**
 * SQL for the data source with members and values left open: `upper(CAST(${plays.device} AS VARCHAR)) = $0$`.
 *
 * Cube evaluates this text as a JavaScript template literal, so whatever stands in it is code. There are three ways to
 * make one, and none of them takes a text from outside: what is written in this package, a member of the model, and the
 * number of a value.
 */
export class Template {
  /** Cubes and views whose members it reads: the names that the template's function is called with. */
  readonly cubes: ReadonlySet<string>;
  readonly text: string;

  private constructor(text: string, cubes: ReadonlySet<string>) {
    this.text = text;
    this.cubes = cubes;
  }

  /** Text of this package around other templates; see {@link sql}. */
  static written(strings: readonly string[], parts: readonly Template[]): Template {
    const text = strings.map((piece, index) => escaped(piece) + (parts[index]?.text ?? '')).join('');
    return new Template(text, new Set(parts.flatMap(part => [...part.cubes])));
  }

  /** A member by its name in Cube, as the model defines it. @throws NotPushable where the name is no plain one */
  static member({ member }: Member, granularity?: string): Template {
    const [cube = '', ...rest] = member.split('.');
    const path = [cube, ...rest, ...(granularity === undefined ? [] : [granularity])];
    if (path.length < 2 || !path.every(name => plainName.test(name))) throw new NotPushable();
    return new Template(`\${${path.join('.')}}`, new Set([cube]));
  }

  /** The place of the value with this number. */
  static value(index: number): Template {
    if (!Number.isInteger(index) || index < 0) throw new Error('values are numbered from 0');
    return new Template(`$${index}$`, new Set());
  }
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

const escaped = (text: string): string => text.replace(/[\\`]|\$(?=\{)/g, '\\$&');

/** SQL written in this package: sql`upper(${argument})`. */
export const sql = (strings: TemplateStringsArray, ...parts: readonly Template[]): Template =>
  Template.written(strings, parts);

/** Templates behind one another, with `by` (`', '`) between them. */
export const joined = (parts: readonly Template[], by: ', ' | ' AND ' | ' OR ' | ' '): Template =>
  Template.written(['', ...parts.slice(1).map(() => by), ''], parts);

/** What a statement compares with, in the order in which templates number them. */
export class Values {
  private readonly list: string[] = [];

  add(value: string): Template {
    return Template.value(this.list.push(value) - 1);
  }

  all(): readonly string[] {
    return this.list;
  }
}

/** A number that was read as one. */
export function wholeNumber(value: number): Template {
  if (!Number.isSafeInteger(value)) throw new NotPushable();
  return Template.written([`(${value})`], []);
}
