import { count, metric, ratio } from '#figures';
import type { Range } from '../address.js';
import { Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { sessions } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import { Empty, Field, NotRenewed } from './failure.js';
import { Link } from './link.js';

interface SessionsProps {
  readonly videoId: string;
  readonly range: Range;
  /** The period that links keep, where the URL names one. */
  readonly linkRange: Range | undefined;
  readonly after: string | undefined;
  readonly attempt: number;
  readonly retry: () => void;
}

const head = ['Started (UTC)', 'Device', 'Country', 'Watched', 'Uncertain', 'Viewed', 'Skips', 'Ended', 'Tier'];

/** The sessions of a video in the period, newest first; each leads to how it came about. */
export function Sessions({ videoId, range, linkRange, after, attempt, retry }: SessionsProps) {
  const { answer, notRenewed } = useAnswer(sessions, { videoId, range, after }, attempt);
  const title = 'Sessions';
  return (
    <Field title={title} answer={answer} field="sessions" retry={retry}>
      {({ nodes, pageInfo, totalCount }) =>
        nodes.length === 0 ? (
          <Empty title={title} because="No session of this video started in this period." />
        ) : (
          <section class="panel wide" aria-labelledby="sessions-title" id="sessions">
            <h2 id="sessions-title">
              {title}{' '}
              <span class="unit">
                {totalCount === null ? '' : `${count(totalCount)} in the period, `}newest first; each leads to how it
                came about
              </span>
            </h2>
            <NotRenewed error={notRenewed} retry={retry} />
            <ScrollRegion label={title} isTall>
              <Table
                head={head}
                rows={nodes.map(session => [
                  <Link key={session.sessionId} to={{ page: 'session', session: session.sessionId, range: linkRange }}>
                    {session.startedAt.slice(0, 19).replace('T', ' ')}
                  </Link>,
                  session.device ?? '–',
                  session.country ?? '–',
                  metric('watchTimeS', session.watchTimeS),
                  metric('uncertainS', session.uncertainS),
                  ratio(session.percentViewedRatio),
                  count(session.skipCount),
                  session.completed ? 'completed' : session.endReason.toLowerCase(),
                  session.engagement.tier.toLowerCase(),
                ])}
              />
            </ScrollRegion>
            <p class="links">
              {pageInfo.hasPreviousPage ? (
                <Link to={{ page: 'video', video: videoId, range: linkRange }}>Newest sessions</Link>
              ) : null}
              {pageInfo.hasNextPage && pageInfo.endCursor !== null ? (
                <Link to={{ page: 'video', video: videoId, range: linkRange, after: pageInfo.endCursor }}>
                  Older sessions
                </Link>
              ) : null}
            </p>
          </section>
        )
      }
    </Field>
  );
}
