const literal = /(?:[eE]|[uU]&|[xXbB])?'(?:[^'\\]|''|\\.)*'|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g;

/** The statement with its string literals replaced, for the log. Works on statements that do not parse, too. */
export function redactSqlLiterals(statement: string): string {
  return statement.replace(literal, "'redacted'");
}
