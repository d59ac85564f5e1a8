/** A part of a statement that Cube or the data source cannot take; it stays with Postgres, or the statement is refused. */
export class NotPushable extends Error {}
