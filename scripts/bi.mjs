/**
 * Writes bi/ from the models: a Tableau data source a view, connection files for Power BI, and the table of fields.
 * `--check` writes nothing and exits with 1 when a file is stale or left over.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readViews, root } from './model.mjs';

/** Where `playhead serve` answers on a fresh machine. */
const server = { host: 'localhost', port: 15432, database: 'playhead', user: 'playhead' };

/** The aggregate that the SQL API takes for a measure's own, in Tableau's words; averages, ratios and windows answer to Sum. */
const tableauAggregates = {
  count_distinct: 'CountD',
  count_distinct_approx: 'CountD',
  avg: 'Avg',
  time: 'Max',
  min: 'Min',
  max: 'Max',
};
/** The same in SQL. */
const sqlAggregates = { Sum: 'SUM(x)', CountD: 'COUNT(DISTINCT x)', Avg: 'AVG(x)', Max: 'MAX(x)', Min: 'MIN(x)' };

const escaped = text =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&apos;');

const isCount = ({ kind, type }) => kind === 'measure' && type.startsWith('count');
const aggregateOf = ({ kind, type }) => (kind === 'measure' ? (tableauAggregates[type] ?? 'Sum') : undefined);

function datatypeOf(column) {
  if (column.type === 'time') return 'datetime';
  if (column.type === 'boolean') return 'boolean';
  if (column.type === 'string') return 'string';
  return isCount(column) ? 'integer' : 'real';
}

/** Tableau's number format for the model's. */
const tableauFormats = {
  percent: 'p0.0%',
  number_0: 'n#,##0;-#,##0',
  number_1: 'n#,##0.0;-#,##0.0',
  number_2: 'n#,##0.00;-#,##0.00',
};

const attributes = pairs =>
  Object.entries(pairs)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}='${escaped(String(value))}'`)
    .join(' ');

function tableauColumn(column) {
  const isMeasure = column.kind === 'measure';
  const datatype = datatypeOf(column);
  const isOrdered = ['real', 'integer', 'datetime'].includes(datatype);
  const given = attributes({
    aggregation: aggregateOf(column),
    caption: column.title,
    datatype,
    'default-format': tableauFormats[column.format],
    name: `[${column.name}]`,
    role: isMeasure ? 'measure' : 'dimension',
    type: isMeasure ? 'quantitative' : isOrdered ? 'ordinal' : 'nominal',
  });
  return `  <column ${given}>
    <desc>
      <formatted-text>
        <run>${escaped(column.description)}</run>
      </formatted-text>
    </desc>
  </column>`;
}

function tableauSource(view) {
  const connection = 'postgres.playhead';
  const columns = new Set(view.columns.map(({ name }) => name));
  const folders = view.folders.map(({ name, includes }) => {
    const items = includes
      .filter(each => columns.has(each))
      .map(each => `      <folder-item ${attributes({ name: `[${each}]`, type: 'field' })} />`);
    return `    <folder ${attributes({ name })}>\n${items.join('\n')}\n    </folder>`;
  });
  const to = attributes({
    authentication: 'username-password',
    class: 'postgres',
    dbname: server.database,
    'one-time-sql': '',
    port: server.port,
    server: server.host,
    sslmode: '',
    username: server.user,
  });
  const relation = attributes({ connection, name: view.name, table: `[public].[${view.name}]`, type: 'table' });
  return `<?xml version='1.0' encoding='utf-8' ?>
<!-- Written by scripts/bi.mjs from model/views/${view.name}.yml -->
<datasource ${attributes({ 'formatted-name': `playhead.${view.name}`, caption: `Playhead: ${view.title}`, inline: 'true', version: '18.1' })}>
  <connection class='federated'>
    <named-connections>
      <named-connection ${attributes({ caption: server.host, name: connection })}>
        <connection ${to} />
      </named-connection>
    </named-connections>
    <relation ${relation} />
  </connection>
  <aliases enabled='yes' />
${view.columns.map(tableauColumn).join('\n')}
  <folders-common>
${folders.join('\n')}
  </folders-common>
</datasource>
`;
}

const powerBi = mode =>
  `${JSON.stringify(
    {
      version: '0.1',
      connections: [
        {
          details: {
            protocol: 'postgresql',
            address: { server: `${server.host}:${server.port}`, database: server.database },
          },
          options: {},
          mode,
        },
      ],
    },
    null,
    2,
  )}\n`;

const units = { s: 'seconds', ratio: 'share, 0 to 1', score: 'points, 0 to 100', count: 'count', rate: 'rate' };

function fieldsPage(views) {
  const sections = views.map(view => {
    const folderOf = name => view.folders.find(({ includes }) => includes.includes(name))?.name ?? '';
    const row = column => {
      const aggregate = aggregateOf(column);
      const sql = aggregate === undefined ? '' : `\`${sqlAggregates[aggregate].replace('x', column.name)}\``;
      const unit = units[column.meta?.unit] ?? '';
      return `| \`${column.name}\` | ${column.title} | ${folderOf(column.name)} | ${sql} | ${unit} | ${column.description} |`;
    };
    const filters = view.segments.map(({ name, description }) => `\`${name}\` (${description.replace(/\.$/, '')})`);
    return [
      `## ${view.title}: \`${view.name}\``,
      view.description.trim(),
      [
        '| field | title | folder | aggregate | unit | meaning |',
        '| --- | --- | --- | --- | --- | --- |',
        ...view.columns.map(row),
      ].join('\n'),
      ...(filters.length === 0 ? [] : [`To filter by in \`WHERE\` (custom SQL), no columns: ${filters.join(', ')}.`]),
    ].join('\n\n');
  });
  return `# Fields

Written by \`npm run bi\` from the models. A field with an aggregate is a measure: use it with that one, or with \`MEASURE(...)\` where SQL is written. Fields without one are dimensions.

${sections.join('\n\n')}
`;
}

const views = await readViews();
const wanted = new Map([
  ...views.map(view => [`tableau/${view.name}.tds`, tableauSource(view)]),
  ['power-bi/playhead-import.pbids', powerBi('Import')],
  ['power-bi/playhead-directquery.pbids', powerBi('DirectQuery')],
  ['fields.md', fieldsPage(views)],
]);
const folder = join(root, 'bi');
const byHand = new Set(['README.md']);
const isCheck = process.argv.includes('--check');
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const found = entries
  .filter(entry => entry.isFile())
  .map(entry => relative(folder, join(entry.parentPath, entry.name)));
const faults = [];
for (const name of found.filter(name => !wanted.has(name) && !byHand.has(name))) {
  if (isCheck) faults.push(`bi/${name}: no model has it, run \`npm run bi\``);
  else await rm(join(folder, name));
}
for (const [name, text] of wanted) {
  const path = join(folder, name);
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue;
  if (isCheck) faults.push(`bi/${name}: stale, run \`npm run bi\``);
  else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`wrote bi/${name}`);
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
