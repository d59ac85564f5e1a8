/** What a cube or a view shows, as Cube's own description says it. */
export interface Shown {
  readonly name: string;
  readonly measures: readonly Member[];
  readonly dimensions: readonly Member[];
  readonly segments: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly isVisible: boolean;
}

export interface Question {
  readonly says: string;
  readonly query: Readonly<Record<string, unknown>>;
}

const isRolling = (name: string): boolean => /_\d+d(_s)?$/.test(name);
const range = ['2026-01-27', '2026-02-03'];

/** Few and wide: together they name every member that a cube or a view shows. */
export function questionsOf({ name, ...shown }: Shown): Question[] {
  const visible = (members: readonly Member[]) => members.filter(member => member.isVisible);
  const names = (members: readonly Member[]) => visible(members).map(member => member.name);
  const measures = names(shown.measures).filter(measure => !isRolling(measure));
  const rolling = names(shown.measures).filter(isRolling);
  const segments = names(shown.segments);
  const dimensions = names(shown.dimensions);
  const times = names(shown.dimensions.filter(({ type }) => type === 'time'));
  const flags = names(shown.dimensions.filter(({ type }) => type === 'boolean'));
  const [time] = times;
  const at = (granularity: string, more: object = {}) => [{ dimension: time, granularity, ...more }];
  const questions: Question[] = [
    {
      says: 'by all that it can be asked by',
      query: { measures, dimensions, timeDimensions: times.flatMap(dimension => granularities(dimension, ['week'])) },
    },
  ];
  if (time !== undefined) {
    const timeDimensions = granularities(time, ['day', 'month', 'quarter', 'year']);
    questions.push({
      says: 'by day in Oslo, in its segments',
      query: { measures, dimensions: flags, segments, timeDimensions, timezone: 'Europe/Oslo' },
    });
  } else if (segments.length > 0) {
    questions.push({ says: 'in its segments', query: { measures, dimensions: flags, segments } });
  }
  if (rolling.length > 0) {
    const device = [`${name}.device`];
    questions.push(
      { says: 'windows by day', query: { measures: rolling, timeDimensions: at('day', { dateRange: range }) } },
      {
        says: 'windows by week and device, in Oslo',
        query: {
          measures: [...rolling, ...measures],
          dimensions: device,
          timeDimensions: at('week', { dateRange: range }),
          timezone: 'Europe/Oslo',
        },
      },
    );
  }
  return questions;
}

const granularities = (dimension: string, all: readonly string[]) =>
  all.map(granularity => ({ dimension, granularity }));

const filtered = (says: string, ...filters: readonly object[]): Question => ({
  says,
  query: { measures, dimensions: ['sessions.device'], filters },
});
const measures = ['sessions.session_count', 'sessions.watch_time_s', 'sessions.unique_viewers'];
const is = (member: string, operator: string, ...values: readonly string[]) => ({
  member: `sessions.${member}`,
  operator,
  ...(values.length === 0 ? {} : { values }),
});
const either = (...or: readonly object[]) => ({ or });

/** Every kind of filter. One question asks for rows that each of several filters takes a few from. */
export const filterQuestions: readonly Question[] = [
  filtered(
    'texts',
    is('user_id', 'notEquals', 'u3', "u'4\\"),
    is('end_reason', 'equals', 'ended', 'timeout'),
    is('session_id', 'notContains', '77', '%'),
    either(
      is('session_id', 'contains', 'S1', '_'),
      is('session_id', 'startsWith', 's2'),
      is('session_id', 'endsWith', '9'),
    ),
    is('session_id', 'notStartsWith', 's10'),
    is('session_id', 'notEndsWith', '44'),
    is('country', 'set'),
    is('referrer', 'notSet'),
  ),
  filtered(
    'numbers and flags',
    is('session_watch_time_s', 'gt', '1.5'),
    is('session_watch_time_s', 'lte', '57'),
    is('session_content_s', 'gte', '2.5'),
    is('session_content_s', 'lt', '48.75'),
    is('session_watch_time_s', 'notEquals', '30'),
    is('completed', 'equals', 'false'),
    is('has_played', 'equals', 'true'),
  ),
  filtered('measures', is('session_count', 'gt', '10'), is('watch_time_s', 'lt', '1000000')),
  // One session starts in the last millisecond of January.
  filtered('days', is('started_at', 'inDateRange', '2026-01-03', '2026-01-31')),
  filtered('other days', is('started_at', 'notInDateRange', '2026-01-03', '2026-01-31')),
  filtered(
    'before and after',
    is('started_at', 'afterOrOnDate', '2026-01-03'),
    is('started_at', 'beforeDate', '2026-01-29'),
  ),
  filtered(
    'after and up to',
    is('started_at', 'afterDate', '2026-01-03'),
    is('started_at', 'beforeOrOnDate', '2026-01-29'),
  ),
  {
    says: 'hours in New York',
    query: {
      measures,
      timeDimensions: [
        { dimension: 'sessions.started_at', granularity: 'hour', dateRange: ['2026-01-30', '2026-02-01'] },
      ],
      timezone: 'America/New_York',
    },
  },
  {
    says: 'sessions of titles',
    query: {
      measures,
      dimensions: ['videos.title', 'users.engagement_tier'],
      order: { 'sessions.watch_time_s': 'desc' },
    },
  },
];
