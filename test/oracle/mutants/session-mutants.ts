// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is replaced is TypeScript source
import { inFile, type Mutant, never } from './mutant.js';

/** DESIGN 4.1: which events are a session, and where they are. */
const placeMutants: readonly Mutant[] = [
  ...inFile('steps/unique-events.ts', 'DESIGN 4.1', [
    ['takes the copy that came last', ['order by c.received_us nulls last', 'order by c.received_us desc nulls last']],
    ['counts copies', ['where copy = 1', '']],
    ['takes players for one', ["[raw('user_id'), raw('player_id')]", "[raw('user_id')]"], 'all'],
    ['believes rates of nothing', ['playback_rate > 0 and ', '']],
    ['believes rates of a thousand', [' and playback_rate <= 100', '']],
    ['believes durations of nothing', ['duration_s > 0 and ', '']],
    ['believes live durations', [' and duration_s < ${lit(config.live_position_s_min)}', '']],
  ]),
  ...inFile('steps/stream-events.ts', 'DESIGN 4.1', [
    ['orders without the sequence', ['sequence nulls first, ', ''], 'all'],
    ['orders without the kind', ['sequence nulls first, kind, event_id', 'sequence nulls first, event_id'], 'all'],
    ['puts page views into sessions', ["where not (${isKind(kind, 'page_view')})", '']],
    ['makes one session of A, B, A', ['or prev_video_key <> video_key ', '']],
  ]),
  ...inFile('steps/visits.ts', 'DESIGN 4.1', [
    [
      'takes the smallest duration',
      ['max(duration_us) as duration_us,\n  max(user_key)', 'min(duration_us) as duration_us,\n  max(user_key)'],
    ],
    ['bridges no gap', ['where running_chunk = told_chunk and', 'where false and']],
    ['bridges gaps behind one that was not bridged', ['and coalesce(broken_chunk, 0) < running_chunk', '']],
    ['bridges behind a stop', ['coalesce(play_n, 0) > coalesce(stop_n, 0)', 'play_n is not null']],
    ['carries a rate over an unbridged gap', ['then fits_plain', 'then fits_carried']],
    ['ends no visit at a gap without page views', ["where ${isKind(raw('kind'), 'page_view')}", 'where false']],
    ['ends a bridged visit for the other players', ['coalesce(b.start_us, c.end_us) as end_us', 'c.end_us as end_us']],
    ['leaves a live position standing over a gap', [' or ${live}) then e.n end', ') then e.n end']],
    ['never ends a stall by moving on, over a gap', ['and m.chunk is null then', 'then']],
  ]),
  ...inFile('steps/session-events.ts', 'DESIGN 4.1', [
    [
      'believes the player before the catalogue',
      ['coalesce(c.duration_us, s.reported_duration_us)', 'coalesce(s.reported_duration_us, c.duration_us)'],
    ],
    [
      'says switched in a later visit too',
      ['next_visit_start_us = visit_start_us and next_video_key', 'next_video_key'],
    ],
    [
      'gives sessions of one instant one id',
      ['row_number() over (partition by stream_key, min(start_us), max(video_key) order by session_n)', '1'],
    ],
    ['takes the context of any event', ['max(case when opens = 1 then context_key end)', 'max(context_key + 0)']],
  ]),
  ...inFile('position.ts', 'DESIGN 4.1.4', [
    ['does not clamp to the start', ['when ${positionS} < 0 then 0', 'when ${positionS} < -2 then 0']],
    ['does not clamp to the end', ['else least(${micros(positionS)}, ${durationUs})', 'else ${micros(positionS)}']],
  ]),
  ...inFile('steps/placed-events.ts', 'DESIGN 4.1.4', [
    ['believes a play right behind its seek', ['when ${isSoonAfterSeek} and ${isBehindSeek} then', 'when false then']],
    ['believes a play with events between it and its seek', ['else coalesce(p.target_us,', 'else coalesce(null,']],
    ['settles a play even where a position is away', [' >= ${us(rules.settle_away_s_min)} then 1', ' >= 1e15 then 1']],
    ['settles plays on the first seek of a drag', ['max(k.n) as seek_n', 'min(k.n) as seek_n']],
  ]),
];

/** DESIGN 4.2: the states. */
const stateMutants: readonly Mutant[] = inFile('steps/states.ts', 'DESIGN 4.2', [
  ['pauses after the end', ["coalesce(s.setter, e.setter) % 8 = ${state('playing')} and e.stop_n", 'e.stop_n']],
  [
    'plays on after unload',
    [
      "when ${isKind(kind, 'unload')} then n * 8 + ${state('closed')}",
      "when ${isKind(kind, 'unload')} then n * 8 + ${state('playing')}",
    ],
  ],
  [
    'plays on after an error',
    [
      "when ${isKind(kind, 'error')} then n * 8 + ${state('failed')}",
      "when ${isKind(kind, 'error')} then n * 8 + ${state('playing')}",
    ],
  ],
  [
    'plays on after ended',
    [
      "when ${isKind(kind, 'ended')} then n * 8 + ${state('ended')}",
      "when ${isKind(kind, 'ended')} then n * 8 + ${state('playing')}",
    ],
  ],
  [
    'counts every pause',
    ["and base_state = ${state('playing')} then 1 else 0 end as pauses", 'then 1 else 0 end as pauses'],
  ],
  [
    'counts a stall within a stall',
    ["and from_state <> ${state('buffering')} then 1 else 0 end as stalls", 'then 1 else 0 end as stalls'],
  ],
  ['calls every play after the end a replay', ['and place_or_known_us <= ${us(rules.near_start_s)} then 1', 'then 1']],
  [
    'calls every play near the start a replay',
    ["and from_state = ${state('ended')} and place_or_known_us", 'and place_or_known_us'],
  ],
  [
    'lets no position end a stall',
    ['>= ${us(rules.moved_s_min)} then 1 else 0 end as moved', '>= 1e15 then 1 else 0 end as moved'],
  ],
  ['lets no buffer_end end a stall', ["['buffer_end', ", '[']],
  [
    'plays on through a pause in a stall',
    ["when ${isKind(kind, 'pause')} and stall % 2 = 1 and moved = 0 then n * 8 + ${state('paused')}\n", '\n'],
  ],
  ['stalls nothing', ['case when s.stall % 2 = 1 then 1 else 0 end as stalled', '0 as stalled']],
  ['hides nothing', ['case when s.hiding % 2 = 1 then 1 else 0 end as is_hidden', '0 as is_hidden']],
  ['lets visible hide', ['then e.n * 2 end) over earlier as hiding', 'then e.n * 2 + 1 end) over earlier as hiding']],
  ['begins at double rate', ["raw('rate'), earlier)}, 1) as r", "raw('rate'), earlier)}, 2) as r"]],
  ['leaves a live position standing', [' when is_live = 1 then -1 end', ' end']],
]);

/** DESIGN 4.4: the measures. */
const measureMutants: readonly Mutant[] = [
  ...inFile('steps/sessions.ts', 'DESIGN 4.4', [
    ['never ends by ended', ["when completed = 1 then 'ended'", "when false then 'ended'"]],
    ...never("then 'unload'", "then 'switched'", "then 'open'", "then 'paused'"),
    ['needs no completion for a valid one', ['completed = 1 and coalesce(unique_us', 'coalesce(unique_us']],
    ['counts the first load as a refresh', ['greatest(load_count - 1, 0)', 'load_count']],
    ['infers no tab switch', ['then hidden_count else long_pause_count end', 'then hidden_count else 0 end']],
    [
      'infers tab switches that are told',
      ['case when tells_visibility = 1 then hidden_count else', 'case when false then hidden_count else'],
    ],
    ['goes no further than events tell', ['greatest(s.furthest_us, v.furthest_us)', 's.furthest_us']],
  ]),
  ...inFile('steps/session-measures.ts', 'DESIGN 4.4', [
    [
      'watches everything in the background',
      ['case when is_hidden = 1 then watched_us', 'case when is_hidden >= 0 then watched_us'],
    ],
    ['does not weigh rates', ['round(r * watched_us)', 'round(watched_us)']],
    [
      'pauses while buffering',
      ["case when verdict = 'paused' then w_us", "case when verdict in ('paused', 'buffering') then w_us"],
    ],
    ['buffers nothing', ["case when verdict = 'buffering' then w_us", "case when verdict = 'none' then w_us"]],
    ['starts at the last play', ['max(case when play_n is null and ', 'max(case when ']],
    ['takes the last autoplay', ['min_by(autoplay', 'max_by(autoplay']],
  ]),
  ...inFile('steps/session-history.ts', 'DESIGN 4.4', [
    ['replays what was not completed', ['was_completed = 1 and first_us', 'first_us']],
    [
      'refreshes what was completed',
      ['max(case when completed = 0 then end_us end) over earlier as left_us', 'max(end_us) over earlier as left_us'],
    ],
    ['refreshes by resume', ['v.begins_afresh = 1 and v.start_us', 'v.start_us']],
    [
      'resumes near the start',
      ['when v.first_us > ${us(rules.near_start_s)} and v.stopped_at_us', 'when v.stopped_at_us'],
    ],
    [
      'numbers replays from 1 in every session',
      ['v.told_replays + sum(v.replays) over', 'v.told_replays + max(v.replays) over'],
    ],
    [
      'overlaps only what began earlier',
      ['where active_until_us > start_us or next_start_us < end_us', 'where active_until_us > start_us'],
    ],
    ['gives concurrent time to everybody', ['greatest(begin_us, coalesce(watched_until_us, begin_us))', 'begin_us']],
  ]),
];

/** DESIGN 4.5 and 5: above the session. */
const goldMutants: readonly Mutant[] = [
  ...inFile('gold/user-videos.ts', 'DESIGN 5', [
    [
      'counts what is seen again in another session',
      ['greatest(from_us, coalesce(covered_to_us, from_us))', 'from_us'],
    ],
    [
      'takes the last position of any session',
      ["ended_at: ref('ended_at'), started_at: ref('started_at'), session_id", 'session_id'],
    ],
    ['sees more than there is', ['least(unique_us, duration_us)', 'unique_us']],
  ]),
  ...inFile('gold/users.ts', 'DESIGN 5', [
    ['counts sessions for days', ['count(distinct session_date)', 'count(session_date)']],
  ]),
  ...inFile('gold/video-retention.ts', 'DESIGN 4.5', [
    ['closes buckets', ['(to_us * ${lit(bucketCount)} - 1)', '(to_us * ${lit(bucketCount)})']],
    [
      'counts plays for viewers',
      [
        'greatest(first_bucket, coalesce(max(last_bucket) over viewer + 1, 0)) as new_bucket',
        'first_bucket as new_bucket',
      ],
    ],
    ['counts segments for starters', ['case when max(last_bucket) over viewer is null then 1 else 0 end', '1']],
    ['ranks losses from the smallest', ['order by drop_off desc', 'order by drop_off']],
  ]),
  ...inFile('gold/videos.ts', 'DESIGN 4.5', [
    ['counts impressions for plays', ['case when v.play_count > 0 then 1', 'case when true then 1']],
  ]),
];

export const sessionMutants: readonly Mutant[] = [...placeMutants, ...stateMutants, ...measureMutants, ...goldMutants];
