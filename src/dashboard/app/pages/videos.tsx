import { count, metric, position } from '#figures';
import type { View } from '../address.js';
import { Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { Empty, Field, NotRenewed } from '../panels/failure.js';
import { Link } from '../panels/link.js';
import { videos } from '../questions.js';
import { useAnswer } from '../use-answer.js';

interface VideosProps {
  readonly view: Extract<View, { page: 'videos' }>;
  readonly attempt: number;
  readonly retry: () => void;
}

const head = ['Video', 'Category', 'Length', 'Watch time', 'Viewers', 'Sessions', 'Completion rate', 'Tier'];

/** All videos, or those whose title holds what was searched for; most watched first, over all time. */
export function VideosPage({ view, attempt, retry }: VideosProps) {
  const { search, after, range } = view;
  const { answer, isLoading, notRenewed } = useAnswer(
    videos,
    { search: search === '' ? null : search, after },
    attempt,
  );
  const title = search === '' ? 'Videos' : `Videos with “${search}” in their title`;
  return (
    <div class={isLoading ? 'numbers loading' : 'numbers'}>
      <NotRenewed error={notRenewed} retry={retry} />
      <Field title={title} answer={answer} field="videos" retry={retry}>
        {({ nodes, pageInfo, totalCount }) =>
          nodes.length === 0 ? (
            <Empty title={title} because="There is none." />
          ) : (
            <section class="panel wide" aria-labelledby="videos-title">
              <h2 id="videos-title">
                {title}{' '}
                <span class="unit">
                  {totalCount === null ? '' : `${count(totalCount)}, `}most watched first, over all time
                </span>
              </h2>
              <ScrollRegion label="Videos" isTall>
                <Table
                  head={head}
                  rows={nodes.map(video => [
                    <Link key={video.videoId} to={{ page: 'video', video: video.videoId, range }}>
                      {video.title ?? video.videoId}
                    </Link>,
                    video.category ?? '–',
                    video.durationS === null ? '–' : position(video.durationS),
                    metric('watchTimeS', video.watchTimeS),
                    count(video.uniqueViewers),
                    count(video.sessionCount),
                    metric('completionRate', video.completionRate),
                    video.engagement?.tier.toLowerCase() ?? '–',
                  ])}
                />
              </ScrollRegion>
              <p class="links">
                {pageInfo.hasPreviousPage ? <Link to={{ page: 'videos', search, range }}>First page</Link> : null}
                {pageInfo.hasNextPage && pageInfo.endCursor !== null ? (
                  <Link to={{ page: 'videos', search, range, after: pageInfo.endCursor }}>Next page</Link>
                ) : null}
              </p>
            </section>
          )
        }
      </Field>
    </div>
  );
}
