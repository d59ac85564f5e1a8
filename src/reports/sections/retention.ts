import { retentionCurve } from '#charts';
import type { Retention } from '../answers.js';
import type { ReportFacts } from '../read.js';
import { type DataTable, type Picture, type Section, wordsOnly } from '../section.js';
import { missingWords, nounOf, plural, position, ratio, titled } from '../words.js';

/** How far into a video the highlights look, as shares of its length. */
const milestones = [0.25, 0.5, 0.75] as const;

/** Who keeps watching, and where viewers leave or come back: of the most watched videos, over all time. */
export function retentionSection({ period, retention }: ReportFacts): Section {
  const id = 'retention';
  const title = 'Retention highlights';
  if (retention.kind === 'missing') return wordsOnly(id, title, missingWords(retention));
  const curves = retention.value.filter(({ buckets, starters }) => buckets.length > 0 && starters > 0);
  if (curves.length === 0) {
    return wordsOnly(
      id,
      title,
      `No retention to show: no video with a known length was played in this ${nounOf(period)}.`,
    );
  }
  return {
    id,
    title,
    sentences: [
      'Of the most watched videos of the period, over all their viewers so far.',
      ...curves.map(curve => highlights(curve).join(' ')),
    ],
    pictures: curves.map(pictureOf),
    tables: [dropTable(curves), curveTable(curves)],
  };
}

function highlights(curve: Retention): string[] {
  const { starters, buckets, dropOffPoints } = curve;
  const end = buckets.at(-1)?.toS ?? 0;
  const kept = milestones.flatMap(share => {
    const bucket = buckets.find(({ toS }) => toS > share * end);
    return bucket === undefined ? [] : [`${ratio(bucket.retentionRatio)} at ${position(share * end)}`];
  });
  const last = buckets.at(-1);
  const atEnd = last === undefined ? [] : [`${ratio(last.retentionRatio)} at the end`];
  const [drop] = dropOffPoints;
  const rewatched = buckets
    .filter(({ playsPerViewer }) => (playsPerViewer ?? 0) > 1)
    .toSorted((a, b) => (b.playsPerViewer ?? 0) - (a.playsPerViewer ?? 0))[0];
  return [
    `“${nameOf(curve)}”: of ${plural(starters, 'viewer')} who started, ${[...kept, ...atEnd].join(', ')}.`,
    drop === undefined
      ? 'No part lost viewers.'
      : `The greatest loss is at ${position(drop.atS)}: ${plural(drop.viewersLost, 'viewer')} (${ratio(drop.lostRatio)}).`,
    ...(rewatched === undefined
      ? []
      : [
          `The part from ${position(rewatched.fromS)} is watched again most: ${(rewatched.playsPerViewer ?? 0).toFixed(1)} plays a viewer.`,
        ]),
  ];
}

const nameOf = ({ videoId, video }: Retention): string => titled(videoId, video);

const pictureOf = (curve: Retention): Picture => ({
  title: nameOf(curve),
  summary: `Viewers along the video as a share of those who started; plays dashed. ${highlights(curve).join(' ')}`,
  draw: canvas => retentionCurve(curve.buckets, curve.starters, curve.dropOffPoints, canvas),
});

const dropTable = (curves: readonly Retention[]): DataTable => ({
  name: 'drop_off',
  caption: 'Where most viewers leave',
  columns: [
    { key: 'title', title: 'Video', kind: 'text' },
    { key: 'video_id', title: 'Id', kind: 'text' },
    { key: 'at_s', title: 'At', kind: 'position' },
    { key: 'viewers_lost', title: 'Viewers lost', kind: 'count' },
    { key: 'lost_ratio', title: 'Of those who started', kind: 'ratio' },
  ],
  rows: curves.flatMap(curve =>
    curve.dropOffPoints.map(({ atS, viewersLost, lostRatio }) => ({
      title: nameOf(curve),
      video_id: curve.videoId,
      at_s: atS,
      viewers_lost: viewersLost,
      lost_ratio: lostRatio,
    })),
  ),
});

const curveTable = (curves: readonly Retention[]): DataTable => ({
  name: 'retention',
  caption: 'The curves, bucket by bucket',
  isFolded: true,
  columns: [
    { key: 'title', title: 'Video', kind: 'text' },
    { key: 'video_id', title: 'Id', kind: 'text' },
    { key: 'from_s', title: 'From', kind: 'position' },
    { key: 'to_s', title: 'To', kind: 'position' },
    { key: 'viewers', title: 'Viewers', kind: 'count' },
    { key: 'plays', title: 'Plays', kind: 'count' },
    { key: 'retention_ratio', title: 'Of those who started', kind: 'ratio' },
  ],
  rows: curves.flatMap(curve =>
    curve.buckets.map(({ fromS, toS, viewers, plays, retentionRatio }) => ({
      title: nameOf(curve),
      video_id: curve.videoId,
      from_s: fromS,
      to_s: toS,
      viewers,
      plays,
      retention_ratio: retentionRatio,
    })),
  ),
});
