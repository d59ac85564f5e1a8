import type { Member, Table } from '../cube/index.js';
import { SqlError, sqlState } from '../postgres/index.js';
import { body, isStar, locationOf, type Node, textsOf } from './ast.js';

export interface ScopeTable {
  readonly alias: string;
  readonly table: Table;
}

export type Resolved =
  | { readonly kind: 'member'; readonly member: Member }
  | { readonly kind: 'segment'; readonly member: string }
  | { readonly kind: 'virtual'; readonly name: string };

const virtualColumns = ['__user', '__cubejoinfield'];

/** The tables of one FROM, and what their columns mean. */
export class Scope {
  readonly tables: readonly ScopeTable[];

  constructor(tables: readonly ScopeTable[]) {
    this.tables = tables;
  }

  resolve(node: Node): Resolved {
    const names = textsOf(body(node, 'ColumnRef')?.fields);
    const name = names.at(-1) ?? '';
    const owner = names.at(-2);
    const tables = this.tables.filter(({ alias }) => owner === undefined || alias === owner);
    const at = locationOf(node);
    if (tables.length === 0) {
      throw new SqlError(sqlState.undefinedTable, `missing FROM-clause entry for table "${owner}"`, {
        ...(at !== undefined && { at }),
      });
    }
    const found = tables.flatMap(({ table }) => findColumn(table, name));
    const [first] = found;
    if (first === undefined) throw this.unknownColumn(name, owner, at);
    if (found.length > 1 && first.kind !== 'virtual') {
      throw new SqlError(sqlState.ambiguousColumn, `column reference "${name}" is ambiguous`, {
        hint: `Write the table in front: ${tables.map(({ alias }) => `${alias}.${name}`).join(' or ')}.`,
        ...(at !== undefined && { at }),
      });
    }
    return first;
  }

  /** The members that `*` or `table.*` stands for. */
  expandStar(node: Node): Member[] {
    const owner = isStar(node) ? textsOf(body(node, 'ColumnRef')?.fields).at(-2) : undefined;
    const tables = this.tables.filter(({ alias }) => owner === undefined || owner === '' || alias === owner);
    return tables.flatMap(({ table }) => table.members);
  }

  private unknownColumn(name: string, owner: string | undefined, at: number | undefined): SqlError {
    const names = this.tables.flatMap(({ table }) => table.members.map(member => member.name));
    const near = nearest(name, names);
    return new SqlError(
      sqlState.undefinedColumn,
      owner === undefined ? `column "${name}" does not exist` : `column ${owner}.${name} does not exist`,
      {
        hint: near === undefined ? `The columns are: ${names.join(', ')}.` : `Perhaps you meant the column "${near}".`,
        ...(at !== undefined && { at }),
      },
    );
  }
}

function findColumn(table: Table, name: string): Resolved[] {
  const member = table.members.find(candidate => candidate.name === name);
  if (member !== undefined) return [{ kind: 'member', member }];
  const segment = table.segments.find(candidate => candidate.name === name);
  if (segment !== undefined) return [{ kind: 'segment', member: segment.member }];
  return virtualColumns.includes(name.toLowerCase()) ? [{ kind: 'virtual', name: name.toLowerCase() }] : [];
}

export function unknownTable(name: string, tables: readonly Table[], at: number | undefined): SqlError {
  const names = tables.map(table => table.name);
  const near = nearest(name, names);
  return new SqlError(sqlState.undefinedTable, `relation "${name}" does not exist`, {
    hint: near === undefined ? `The tables are: ${names.join(', ')}.` : `Perhaps you meant "${near}".`,
    ...(at !== undefined && { at }),
  });
}

/** The most similar name, where one is similar enough to be a slip. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const slipsMax = Math.max(1, Math.floor(name.length / 3));
  let best: { candidate: string; slips: number } | undefined;
  for (const candidate of candidates) {
    const slips = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (slips <= slipsMax && (best === undefined || slips < best.slips)) best = { candidate, slips };
  }
  return best?.candidate;
}

/** Levenshtein's: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
