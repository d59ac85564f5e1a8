import { columnRef, type Node, type SelectStmt } from './ast.js';

/** A column of a SELECT, named. */
export const target = (val: Node, name: string): Node => ({ ResTarget: { val, name } });

export const nothing: Node = { A_Const: { isnull: true } };

/** `SELECT targets`, without a FROM: one row. */
export const selectOf = (targetList: readonly Node[], rest: Partial<SelectStmt> = {}): SelectStmt => ({
  targetList: [...targetList],
  limitOption: 'LIMIT_OPTION_DEFAULT',
  op: 'SETOP_NONE',
  ...rest,
});

/** `(first UNION ALL second ...)`, whose types are those of the first that has any. */
export function unionAll([first, ...more]: readonly [SelectStmt, ...SelectStmt[]]): SelectStmt {
  return more.reduce<SelectStmt>(
    (larg, rarg) => ({ op: 'SETOP_UNION', all: true, larg, rarg, limitOption: 'LIMIT_OPTION_DEFAULT' }),
    first,
  );
}

/** `(SELECT ...) AS alias`. */
export const subselect = (select: SelectStmt, alias: string): Node => ({
  RangeSubselect: { subquery: { SelectStmt: select }, alias: { aliasname: alias } },
});

/** Names what an expression reads of parts that are asked for apart, and keeps each part once. */
export class Columns {
  readonly nodes: Node[] = [];
  private readonly letter: string;
  private readonly isSame: (left: Node, right: Node) => boolean;

  constructor(letter: string, isSame: (left: Node, right: Node) => boolean) {
    this.letter = letter;
    this.isSame = isSame;
  }

  /** The column of a part that is known already. */
  find(node: Node, alias: string): Node | undefined {
    const index = this.nodes.findIndex(known => this.isSame(known, node));
    return index === -1 ? undefined : columnRef(alias, this.name(index));
  }

  /** The column of a part. */
  of(node: Node, alias: string): Node {
    return this.find(node, alias) ?? columnRef(alias, this.name(this.nodes.push(node) - 1));
  }

  /** A select list with something for each part. */
  targets(read: (node: Node, index: number) => Node): Node[] {
    return this.nodes.map((node, index) => target(read(node, index), this.name(index)));
  }

  name(index: number): string {
    return `${this.letter}${index}`;
  }
}
