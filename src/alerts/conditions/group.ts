import { type Finding, type Incident, subjectText } from '../incident.js';

/**
 * Keeps one cause from opening hundreds of incidents: of the videos that a rule finds, the strongest get incidents of
 * their own up to the limit (those that have one keep it), and all others stand together in one.
 */
export function groupVideos(findings: readonly Finding[], incidents: readonly Incident[], limit: number): Finding[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.flatMap(rule =>
    groupOne(
      findings.filter(finding => finding.rule === rule),
      incidents,
      limit,
    ),
  );
}

function groupOne(findings: readonly Finding[], incidents: readonly Incident[], limit: number): Finding[] {
  const videos = findings.filter(({ subject }) => subject.kind === 'video');
  const [example] = videos;
  if (example === undefined) return [...findings];
  const active = new Set(
    incidents.filter(one => one.rule === example.rule && one.state !== 'resolved').map(({ subject }) => subject),
  );
  const isActive = (finding: Finding) => active.has(subjectText(finding.subject));
  const firing = videos
    .filter(({ verdict }) => verdict === 'firing')
    .toSorted(
      (a, b) =>
        Number(isActive(b)) - Number(isActive(a)) ||
        b.strength - a.strength ||
        (subjectText(a.subject) < subjectText(b.subject) ? -1 : 1),
    );
  const own = new Set(firing.filter((finding, i) => i < limit || isActive(finding)));
  const others = firing.filter(finding => !own.has(finding));
  const kept = findings.filter(
    finding => finding.verdict !== 'firing' || finding.subject.kind !== 'video' || own.has(finding),
  );
  return [...kept, together(example, others, videos)];
}

/** One finding for all videos that got no incident of their own. */
function together(example: Finding, others: readonly Finding[], videos: readonly Finding[]): Finding {
  const word = example.title.replace(/^.*: unusual /s, 'unusual ');
  const about = {
    rule: example.rule,
    subject: { kind: 'many' },
    title: `Many videos: ${word}`,
    severity: example.severity,
  } as const;
  const isJudged = videos.some(({ verdict }) => verdict !== 'unknown');
  const verdict = others.length > 0 ? 'firing' : isJudged ? 'clear' : 'unknown';
  const ids = others.flatMap(({ subject }) => (subject.kind === 'video' ? [subject.videoId] : []));
  return {
    ...about,
    verdict,
    strength: others.length,
    evidence: {
      summary: `${others.length} more videos have ${word} on ${example.evidence.day ?? 'the judged day'}.`,
      value: others.length,
      threshold: example.evidence.threshold,
      expected: null,
      day: example.evidence.day,
      sampleIds: ids.slice(0, 20),
    },
  };
}
