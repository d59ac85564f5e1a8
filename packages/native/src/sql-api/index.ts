/** The SQL API: statements of Postgres clients, and of Cube's HTTP endpoints for SQL, answered by Cube. */
export { type ConvertedQuery, convertToRest, describeError, type HttpQuestion, planFor, streamRows } from './http.js';
export { SqlApi } from './sql-api.js';
