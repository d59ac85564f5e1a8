import { useMemo } from 'preact/hooks';
import { type Canvas, count, heights, metric, position, ratio, seconds, stretchStyles } from '#figures';
import { roleOf } from '../access.js';
import type { View } from '../address.js';
import type { ExplanationAnswer, SessionAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { Empty, Failure, Field, NotRenewed, Waiting } from '../panels/failure.js';
import { Fact } from '../panels/last-hour.js';
import { Link } from '../panels/link.js';
import { explanation, session as question } from '../questions.js';
import { secondsByKind, stretchesOf } from '../stretches.js';
import { access } from '../tab.js';
import { useAnswer } from '../use-answer.js';

interface SessionProps {
  readonly view: Extract<View, { page: 'session' }>;
  readonly attempt: number;
  readonly retry: () => void;
}

const absent =
  'There is no such session (any more): late events can change where a session starts, and with it its id.';

/** One session: what is served of it, and how that follows from its events. */
export function SessionPage({ view, attempt, retry }: SessionProps) {
  const variables = { sessionId: view.session };
  const served = useAnswer(question, variables, attempt);
  const explained = useAnswer(explanation, variables, attempt);
  const isLoading = served.isLoading || explained.isLoading;
  const isAbsent = served.answer?.data?.session === null && served.answer.errors.length === 0;
  return (
    <div class={isLoading ? 'numbers loading' : 'numbers'}>
      <NotRenewed error={served.notRenewed ?? explained.notRenewed} retry={retry} />
      <Field title="Session" answer={served.answer} field="session" retry={retry} absent={absent}>
        {session => <Head session={session} view={view} />}
      </Field>
      {isAbsent ? null : (
        <Explained asked={explained.answer} durationS={served.answer?.data?.session?.durationS ?? null} retry={retry} />
      )}
    </div>
  );
}

type Session = NonNullable<SessionAnswer['session']>;

function Head({ session, view }: { session: Session; view: SessionProps['view'] }) {
  const ended = session.completed
    ? `completed, ${session.completionValid ? 'and really watched' : 'but not really watched'}`
    : session.endReason.toLowerCase();
  const context = [session.device, session.country, session.appVersion, session.isReplay ? 'a replay' : null].filter(
    part => part !== null,
  );
  return (
    <section class="panel head" aria-labelledby="session-title">
      <h2 id="session-title">
        Session <code>{session.sessionId}</code>{' '}
        <span class="unit">{session.startedAt.slice(0, 19).replace('T', ' ')} UTC</span>
      </h2>
      <p>
        <Link to={{ page: 'video', video: session.videoId, range: view.range }}>
          {session.video?.title ?? session.videoId}
        </Link>{' '}
        <span class="unit">
          {context.join(', ')}
          {session.experiment === null ? '' : `, experiment ${session.experiment}: ${session.variant ?? ''}`}
        </span>
      </p>
      <dl class="facts">
        <Fact says="watched, proven" value={metric('watchTimeS', session.watchTimeS)} />
        <Fact says="uncertain" value={metric('uncertainS', session.uncertainS)} />
        <Fact says="estimated tail" value={metric('estimatedTailS', session.estimatedTailS)} />
        <Fact says="of the video seen" value={ratio(session.percentViewedRatio)} />
        <Fact says="paused" value={times(session.pauseCount, session.pauseTimeS)} />
        <Fact
          says="skips forward, backward"
          value={`${count(session.skipForwardCount)}, ${count(session.skipBackwardCount)}`}
        />
        <Fact says="buffering" value={times(session.bufferCount, session.bufferTimeS)} />
        <Fact says="hidden" value={metric('backgroundS', session.backgroundS)} />
        <Fact says="ended" value={ended} />
        {session.resumedFromS === null ? null : <Fact says="resumed from" value={position(session.resumedFromS)} />}
        <Fact
          says="engagement"
          value={`${session.engagement.score.toFixed(1)} ${session.engagement.tier.toLowerCase()}`}
        />
      </dl>
    </section>
  );
}

/** How often, and how long in all. */
const times = (often: number, inAllS: number) => (often === 0 ? '0' : `${count(often)} ×, ${seconds(inAllS)} in all`);

type Explanation = NonNullable<ExplanationAnswer['explainSession']>;
interface ExplainedProps {
  readonly asked: ReturnType<typeof useAnswer<ExplanationAnswer, { sessionId: string }>>['answer'];
  readonly durationS: number | null;
  readonly retry: () => void;
}

const timelineTitle = 'Clock against position';

function Explained({ asked, durationS, retry }: ExplainedProps) {
  if (asked === undefined) return <Waiting title={timelineTitle} />;
  const error = asked.errors[0];
  // Events name a person's doings one by one: analysts see the sums only.
  const isForOthers =
    error?.code === 'FORBIDDEN' || (error?.code === 'NOT_FOUND' && roleOf(access.token()) === 'analyst');
  if (isForOthers)
    return <Empty title={timelineTitle} because="How a session came about is not for this token's role." />;
  if (error?.code === 'NOT_FOUND')
    return <Empty title={timelineTitle} because="This installation does not explain sessions." />;
  if (error !== undefined) return <Failure title={timelineTitle} error={error} retry={retry} />;
  const explained = asked.data?.explainSession;
  // Served, but not found: explanations know the ids of the tables, and analysts see pseudonyms.
  if (explained === null || explained === undefined)
    return (
      <Empty
        title={timelineTitle}
        because="How a session came about is found by the id that the tables hold; this token sees pseudonyms."
      />
    );
  return (
    <>
      <Timeline explained={explained} durationS={durationS} />
      <Sums explained={explained} />
    </>
  );
}

function Timeline({ explained: { events, skips }, durationS }: { explained: Explanation; durationS: number | null }) {
  const stretches = useMemo(() => stretchesOf(events), [events]);
  const draw = useMemo(() => {
    const dots = events.flatMap(({ offsetS, trustedPositionS }) =>
      trustedPositionS === null ? [] : [{ clockS: offsetS, positionS: trustedPositionS }],
    );
    return ({ sessionTimeline }: Charts, canvas: Canvas) => sessionTimeline(stretches, dots, durationS, canvas);
  }, [stretches, events, durationS]);
  const sums = [...secondsByKind(stretches, skips)];
  const told = sums.map(([kind, sizeS]) => `${stretchStyles[kind].says} ${seconds(sizeS)}`);
  const rows = events.map(event => [
    count(event.number),
    seconds(event.offsetS),
    event.eventType,
    event.trustedPositionS === null ? '–' : position(event.trustedPositionS),
    event.stateAfter,
    event.interval?.verdict ?? '–',
    event.interval === null ? '–' : seconds(event.interval.watchedS),
    event.interval === null ? '–' : seconds(event.interval.uncertainS),
    event.interval?.says ?? 'the first event',
  ]);
  return (
    <Chart
      class="wide"
      title={timelineTitle}
      unit="to the right the clock since the first event, upwards the position in the video"
      summary={stretches.length === 0 ? 'No position of this session is known.' : `${told.join(', ')}.`}
      draw={draw}
      height={heights.sessionTimeline}
      legend={sums.map(([kind, sizeS]) => ({
        says: `${stretchStyles[kind].says} ${seconds(sizeS)}`,
        colour: stretchStyles[kind].colour,
        dash: stretchStyles[kind].dash,
      }))}
      table={
        <Table
          head={['Event', 'Clock', 'Kind', 'Position', 'State after', 'Verdict', 'Watched', 'Uncertain', 'Why']}
          rows={rows}
        />
      }
    />
  );
}

function Sums({ explained: { agrees, sums, decisions } }: { explained: Explanation }) {
  return (
    <section class="panel wide" aria-labelledby="sums-title">
      <h2 id="sums-title">
        How the sums come about{' '}
        <span class={`state ${agrees ? 'passed' : 'failed'}`}>
          {agrees ? '✓ the same as served, to the last digit' : '✗ not what is served'}
        </span>
      </h2>
      <ul>
        {decisions.map(decision => (
          <li key={decision}>{decision}</li>
        ))}
      </ul>
      <ScrollRegion label="Sums of the session" isTall>
        <Table
          head={['Measure', 'By its events', 'Served', 'How']}
          rows={sums.map(sum => [
            sum.measure,
            sum.total ?? '–',
            `${sum.served ?? '–'}${sum.agrees ? '' : ' ✗'}`,
            sum.how ?? 'sum over the intervals',
          ])}
        />
      </ScrollRegion>
    </section>
  );
}
