/**
 * Asks ClickHouse: `node ask.mjs <folder with node_modules>`, statements as a JSON array on stdin, each answer as
 * an array of its rows' JSON on stdout. The working directory must lie above the tables.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { query } = createRequire(join(process.argv[2], 'package.json'))('chdb');
// Rows stay texts: taking them apart and together again would lose the sign of -0.
const answers = JSON.parse(readFileSync(0, 'utf8')).map(statement =>
  query(statement, 'JSONEachRow')
    .split('\n')
    .filter(line => line !== ''),
);
process.stdout.write(JSON.stringify(answers));
