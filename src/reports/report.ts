import type { ReportFacts } from './read.js';
import type { Section } from './section.js';
import { tiersSection } from './sections/audience.js';
import { daysSection } from './sections/days.js';
import { experimentsSection } from './sections/experiments.js';
import { retentionSection } from './sections/retention.js';
import { totalsSection } from './sections/totals.js';
import { alertsSection, qualitySection } from './sections/trust.js';
import { completionSection, returnSection, topVideosSection } from './sections/videos.js';
import { instant, periodWords } from './words.js';

/** A report, ready to be written as a page, as CSV or as text. */
export interface Report {
  readonly title: string;
  /** When, of which run, and how old it is. */
  readonly origin: string;
  readonly sections: readonly Section[];
}

const kindWords = { daily: 'Daily', weekly: 'Weekly', monthly: 'Monthly' } as const;

/** What the facts make of a report, in the order in which people read it. */
export function composeReport(facts: ReportFacts): Report {
  const { period, madeAt, freshness } = facts;
  const early = madeAt.toISOString().slice(0, 10) <= period.to ? ' The period is not over yet.' : '';
  const run = freshness.runId === null ? 'no run of the job has finished' : `data of ${freshness.runId}`;
  return {
    title: `${kindWords[period.kind]} video report, ${periodWords(period)}`,
    origin: `Made by Playhead at ${instant(madeAt)}: ${run}, days in UTC.${early}`,
    sections: [
      totalsSection(facts),
      daysSection(facts),
      topVideosSection(facts),
      completionSection(facts),
      retentionSection(facts),
      tiersSection(facts),
      experimentsSection(facts),
      returnSection(facts),
      qualitySection(facts),
      alertsSection(facts),
    ],
  };
}
