/** Runs the rival's plain DuckDB SQL with the same DuckDB as Playhead: node rival-duckdb.mjs SQL EVENTS OUT */
import { mkdirSync, readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [script, events, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run('SET VARIABLE events = $1', [events]);
await connection.run('SET VARIABLE out = $1', [out]);
const started = performance.now();
await connection.run(readFileSync(script, 'utf8'));
process.stdout.write(`${JSON.stringify({ job_s: (performance.now() - started) / 1000 })}\n`);
