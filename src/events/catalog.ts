import { type Dialect, type Fragment, join, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { parseSourcePath } from './source-path.js';
import { locate, type SourceRows } from './source-rows.js';
import { doubleOf, firstOf, instantUsOf, textOf, type Value } from './value.js';

const sources = {
  video_id: ['video_id', 'videoId', 'id'],
  title: ['title', 'name'],
  duration_s: ['duration_s', 'duration'],
  category: ['category'],
  published_at: ['published_at', 'publishedAt'],
  production_cost: ['production_cost', 'productionCost'],
  tenant: ['tenant', 'tenant_id', 'tenantId'],
} as const satisfies Record<keyof typeof tables.video_catalog.columns, readonly string[]>;

type CatalogColumn = keyof typeof sources;

/** Source columns that can name the video. */
export const videoIdSources: readonly string[] = sources.video_id;

/**
 * Rows of `video_catalog` from a file that describes videos, with `line` beside them. What is no positive duration, no
 * number or no instant is unknown; rows without a video_id come with null in it.
 */
export function catalogRows(rows: SourceRows, d: Dialect): Fragment {
  const paths = Object.values(sources).flatMap(names => names.map(parseSourcePath));
  const found = locate(rows, paths, d);
  const value = (column: CatalogColumn) =>
    firstOf(
      sources[column].flatMap(name => found.valueOf(parseSourcePath(name)) ?? []),
      d,
    );
  const columns = [
    published('video_id', value('video_id'), video => textOf(video, d), d),
    published('title', value('title'), title => textOf(title, d), d),
    published('duration_s', value('duration_s'), duration => finite(doubleOf(duration, d), 0), d),
    published('category', value('category'), category => textOf(category, d), d),
    published('published_at', value('published_at'), at => d.instantOfUs(instantUsOf(at, 'auto', d)), d),
    published('production_cost', value('production_cost'), cost => finite(doubleOf(cost, d), -1e300), d),
    published('tenant', value('tenant'), tenant => textOf(tenant, d), d),
  ];
  return sql`select ${join(columns)}, line from ${found.from}`;
}

function published(
  column: CatalogColumn,
  value: Value | undefined,
  read: (value: Value) => Fragment,
  d: Dialect,
): Fragment {
  const type = raw(d.type(tables.video_catalog.columns[column]));
  return sql`cast(${value === undefined ? sql`null` : read(value)} as ${type}) as ${ref(column)}`;
}

/** NaN sorts above every number. */
const finite = (number: Fragment, above: number): Fragment =>
  sql`case when ${number} > ${raw(String(above))} and ${number} < 1e300 then ${number} end`;
