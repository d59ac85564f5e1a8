import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sql } from '#sql';
import { tables } from '#tables';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from '../small-lake.js';
import { secret } from './doors.js';

export const pseudonymKey = 'a-pseudonym-key-of-this-test';
export const tenantOf: Readonly<Record<string, string | null>> = { v0: 'acme', v1: 'globex', v2: null };
export const sessionCount = 330;
export const password = 'a-password-of-this-test';

/** Production over a small lake, whose videos belong to `acme`, to `globex` and to nobody. */
export async function makeAccessLake(access: Record<string, unknown>): Promise<SmallLake> {
  const roles = ['admin', 'analyst', 'service'];
  const small = await makeSmallLake({
    environment: 'production',
    access,
    serve: { rollups: true },
    secrets: {
      api: secret,
      pseudonyms: pseudonymKey,
      sql_password: password,
      sql_users: [
        ...roles.map(role => ({ user: role, role, password })),
        ...roles.flatMap(role =>
          ['acme', 'globex', 'nobody'].map(tenant => ({ user: `${tenant}-${role}`, role, tenant, password })),
        ),
      ],
    },
  });
  await writeSessions(small, sessionCount);
  await writeGold(small);
  await writeEvents(small, 200);
  const player = sql`select * replace ('player' || (row_number() over () % 5) as player_id)`;
  const rewrite = async (name: 'sessions' | 'segments') =>
    small.write(name, sql`${player} from ${await small.lake.read(tables[name])} as known`);
  await rewrite('sessions');
  await rewrite('segments');
  await small.write(
    'videos',
    sql`select * replace (case video_id when 'v0' then 'acme' when 'v1' then 'globex' end as tenant)
      from ${await small.lake.read(tables.videos)} as known`,
  );
  await small.publish(1);
  return small;
}

/** Every id of a user, session, visit or player that the lake holds: what analysts must never be shown. */
export async function personalIds(small: SmallLake): Promise<ReadonlySet<string>> {
  const rows = await small.engine.query(sql`
    select unnest([user_id, session_id, visit_id, player_id]) as id from ${await small.lake.read(tables.sessions)} as s
    union select user_id from ${await small.lake.read(tables.exposures)} as e
    union select user_id from ${await small.lake.read(tables.impressions)} as i`);
  return new Set(rows.flatMap(row => z.object({ id: z.string().nullable() }).parse(row).id ?? []));
}

/** Computed by other code than the product's. */
export const pseudonymOf = (id: string): string =>
  createHash('sha256').update(`${pseudonymKey}\n${id}`).digest('hex').slice(0, 32);

/** Personal ids anywhere in rows, lists in text included. */
export function leaks(rows: readonly Readonly<Record<string, unknown>>[], ids: ReadonlySet<string>): string[] {
  const words = rows.flatMap(row =>
    Object.values(row).flatMap(value => JSON.stringify(value ?? null).split(/[^\w-]+/)),
  );
  return [...new Set(words.filter(word => ids.has(word)))];
}
