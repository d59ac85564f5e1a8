import type { Config } from '#config';
import type * as contract from './contract.generated.js';
import { assertRange, type DateRange, dayAfter } from './period.js';

const shownKind = {
  release: 'RELEASE',
  outage: 'OUTAGE',
  campaign: 'CAMPAIGN',
  other: 'OTHER',
} as const satisfies Record<Config['annotations'][number]['kind'], contract.AnnotationKind>;

/** Those that touch the period, oldest first. */
export function annotationsIn(annotations: Config['annotations'], range: DateRange): contract.Annotation[] {
  assertRange(range);
  const from = Date.parse(`${range.from}T00:00:00Z`);
  const end = Date.parse(`${dayAfter(range.to)}T00:00:00Z`);
  return annotations
    .filter(({ at, until }) => Date.parse(at) < end && Date.parse(until ?? at) >= from)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ kind, title, at, until, url }) => ({
      kind: shownKind[kind],
      title,
      at: new Date(at).toISOString(),
      until: until === undefined ? null : new Date(until).toISOString(),
      url: url ?? null,
    }));
}
