// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is replaced is TypeScript source
import { inFile, type Mutant, never } from './mutant.js';

/** DESIGN 4.3: what an interval, a skip and a segment are. */
export const verdictMutants: readonly Mutant[] = [
  ...inFile('steps/verdicts.ts', 'DESIGN 4.3', [
    ...never(
      "then 'seek_settling'",
      "then 'restarted'",
      "then 'seek_predicted'",
      "then 'back'",
      "then 'ahead'",
      "then 'behind'",
    ),
    ['never says unmeasured', ["when d is null then 'unmeasured'", "when d is null then 'behind'"]],
    ['never says paused', ["then 'paused'\n", "then 'idle'\n"]],
    ['never says buffering', ["then 'buffering'\n", "then 'idle'\n"]],
    ['counts a steady play behind a play as a restart', ["measured = 'steady' and w_us >=", 'false and w_us >=']],
    ['lets any play behind a steady one restart', [' and w_us >= ${us(rules.settle_s_max)}) then', ') then']],
    ['predicts seeks that tell where they left', ['and has_origin = 0 and', 'and']],
    ['says back wherever the position is behind', [" and d < rw - tol then 'back'", " then 'back'"]],
    ['lets still pings count as played', [' or (w_us >= ${us(rules.still_ping_s_min)} and d * 2 < rw)', '']],
    ['asks pings for a quarter of the advance', ['d * 2 < rw', 'd * 4 < rw']],
    ['does not watch what is unmeasured', ["when 'unmeasured' then w_us", "when 'unmeasured' then 0"]],
    ['does not watch before a skip ahead', ["when 'ahead' then w_us", "when 'ahead' then 0"]],
    ['does not watch before a skip back', ["when 'back' then w_us", "when 'back' then 0"]],
    ['does not watch before a predicted seek', ["when 'seek_predicted' then w_us", "when 'seek_predicted' then 0"]],
    ['does not watch what is steady', ["when 'steady' then w_us", "when 'steady' then 0"]],
    ['watches all of what fell behind', ['cast(round(greatest(d, 0) / true_r) as bigint)', 'w_us']],
    ['forgets the rate of what fell behind', ['greatest(d, 0) / true_r', 'greatest(d, 0)']],
    ['calls nothing uncertain', ['then w_us - watched_us else 0', 'then 0 else 0']],
    ['plays past the end', ['then least(p + rw, duration_us) end', 'then p + rw end']],
    [
      'covers up to where a skip led',
      ["('seek_predicted', 'back', 'ahead') then predicted", "('seek_predicted', 'back', 'ahead') then q"],
    ],
    ['covers nothing while behind', ["when verdict in ('behind', 'steady') then", "when verdict in ('steady') then"]],
    [
      'sees no skip that nobody reported',
      ["when verdict in ('back', 'ahead') then p + rw", "when verdict in ('none') then p + rw"],
    ],
    ['sees no unreported skip while paused', ["when verdict = 'paused' and not", 'when false and not']],
    [
      'sees an unreported skip right behind a seek',
      ['and (seek_us is null or at_us - seek_us > ${us(rules.settle_s_max)}) then p', 'then p'],
    ],
    [
      'counts no reported skip',
      ['>= ${us(rules.skip_s_min)} then seek_from_us\n    when verdict', '>= 1e15 then seek_from_us\n    when verdict'],
    ],
    [
      'counts no skip by a seek without origin',
      ["when verdict = 'seek_predicted' then predicted", "when verdict = 'seek_predicted' then null"],
    ],
    ['skips before the first play', [' or play_n is null then null', ' then null']],
    ['skips while buffering', [" or state_before = ${state('buffering')} or", ' or']],
    ['takes a replay for a skip', ['and place_us <= ${us(rules.near_start_s)} then null', 'and false then null']],
    ['counts no seek while paused', ['then coalesce(seek_from_us, p)\n  end', 'then null\n  end']],
  ]),
  ...inFile('steps/intervals.ts', 'DESIGN 4.3', [
    ['knows no silent rate', ['coalesce(s.slope, i.r) as true_r', 'i.r as true_r']],
    ['needs no neighbour for a silent rate', [" and ${agrees('m')}", '']],
    ['takes a slope that the rate explains', ['o.is_off = 1 and ', '']],
    ['takes slopes of intervals that a seek or play ends', ["and not (${isKind(kind, 'seek', 'play', 'resume')})", '']],
    ['takes slopes of intervals that did not play', ["state_before = ${state('playing')} and w_us >=", 'w_us >=']],
    [
      'judges a reported seek by its target',
      ['is not null then seek_from_us else place_us end as q', 'is null then seek_from_us else place_us end as q'],
    ],
  ]),
  ...inFile('steps/skips.ts', 'DESIGN 4.3', [
    ['merges no skips', ['< ${us(rules.merge_watched_s)} then 0', '< ${us(rules.merge_watched_s)} then 1']],
    [
      'merges skips with watching between',
      ['or w.watched_us < ${us(rules.merge_watched_s)} then 0', 'or l.close_n is not null then 0'],
    ],
    [
      'merges skips far apart',
      ['when at_us - lag(at_us) over so_far < ${us(rules.merge_gap_s)} then', 'when true then'],
    ],
    ['counts skips of nothing', ['where abs(size_us) >= ${us(rules.skip_s_min)}', '']],
    [
      'measures a drag by its first leap',
      ['max(case when is_last then target_us end)', 'max(case when opens = 1 then target_us end)'],
    ],
    ['counts backward skips as forward', ['case when size_us > 0', 'case when size_us <> 0']],
    ['takes backward from forward seconds', ['sum(abs(size_us))', 'abs(sum(size_us))']],
  ]),
  ...inFile('steps/segments.ts', 'DESIGN 4.3', [
    [
      'joins no segments',
      [
        ['lag(cover_to_us) over s = cover_from_us and', 'false and'],
        ['lead(cover_from_us) over s = cover_to_us and', 'false and'],
      ],
    ],
    [
      'joins segments over a pause',
      [
        [' and lag(stop_n) over s is not distinct from stop_n', ''],
        [' and lead(stop_n) over s is not distinct from stop_n', ''],
      ],
    ],
    [
      'joins segments that do not touch',
      [
        ['lag(cover_to_us) over s = cover_from_us and', ''],
        ['lead(cover_from_us) over s = cover_to_us and', ''],
      ],
    ],
    ['ends segments with the interval', ['at_us - w_us + watched_us as end_us', 'at_us as end_us']],
    ['counts what is seen again', ['greatest(from_us, coalesce(covered_to_us, from_us))', 'from_us']],
  ]),
  ...inFile('steps/sessions.ts', 'DESIGN 4.3', [
    ['estimates a tail after a stop', ['when ends_playing = 0 then 0', 'when false then 0']],
    ['estimates a tail past the end', ['greatest(duration_us - last_us, 0) / last_rate', 'null']],
    ['forgets the rate of the tail', [' / last_rate', '']],
  ]),
];
