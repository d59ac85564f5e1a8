import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { dayOf, defaultRange, type PageName, type View, withRange } from './address.js';
import type { StateAnswer } from './answers.generated.js';
import { OverviewPage } from './pages/overview.js';
import { QualityPage } from './pages/quality.js';
import { SessionPage } from './pages/session.js';
import { VideoPage } from './pages/video.js';
import { VideosPage } from './pages/videos.js';
import { WaitingCards } from './panels/cards.js';
import { Empty, Failure, NotRenewed, Waiting } from './panels/failure.js';
import { Keys } from './panels/keys.js';
import { Link } from './panels/link.js';
import { RangeForm } from './panels/range-form.js';
import { SignIn } from './panels/sign-in.js';
import { StaleNotice, TrustLine } from './panels/trust-line.js';
import { state as stateQuestion } from './questions.js';
import { access } from './tab.js';
import { useAnswer } from './use-answer.js';
import { NavigationContext, useNavigation, useNavigationContext } from './use-view.js';

/** How often the page looks for newer data while it is in front. */
const refreshMs = 60_000;

/** Everything: asks for a token where one is wanted, else shows what the URL names. */
export function App() {
  const navigation = useNavigation();
  const held = useAccess();
  return (
    <NavigationContext.Provider value={navigation}>
      {held.state === 'refused' ? (
        <main id="main">
          <h1>
            <Mark /> Playhead
          </h1>
          <SignIn because={held.because} />
        </main>
      ) : (
        // Another token sees other numbers: nothing of the one before stays.
        <Page key={held.token ?? ''} hasToken={held.token !== undefined} />
      )}
    </NavigationContext.Provider>
  );
}

function useAccess() {
  const [held, setHeld] = useState(access.now);
  useEffect(() => access.onChange(() => setHeld(access.now())), []);
  return held;
}

const Mark = () => <img src="./icon.svg" alt="" width="28" height="28" />;

function Page({ hasToken }: { hasToken: boolean }) {
  const { view, show } = useNavigationContext();
  const [attempt, retry] = useAttempts();
  const { answer, notRenewed } = useAnswer(stateQuestion, noVariables, attempt);
  const freshness = answer?.data?.freshness ?? null;
  useFocusOnPage(view.page);
  // Checks go over the videos of all tenants: who belongs to one is not told of them, and that is no failure.
  const failures = (answer?.errors ?? []).filter(
    ({ field, code }) => !(field === 'dataQuality' && code === 'FORBIDDEN'),
  );
  const isShownNothing = failures.some(({ field, code }) => field === 'freshness' && code === 'FORBIDDEN');
  useEffect(() => {
    if (isShownNothing) access.refused(access.token(), 'who belongs to no tenant is shown nothing here');
  }, [isShownNothing]);
  return (
    <>
      <a class="skip" href="#main">
        To the numbers
      </a>
      <header>
        <h1>
          <Mark /> Playhead <span class="unit">{pageTitles[view.page]}</span>
        </h1>
        <Navigation view={view} />
        <SearchForm view={view} show={show} />
        <div class="tools">
          <Keys view={view} show={show} retry={retry} />
          {hasToken ? (
            <button type="button" class="quiet" onClick={access.signOut}>
              Sign out
            </button>
          ) : null}
        </div>
        <TrustLine
          freshness={freshness}
          quality={answer?.data?.dataQuality ?? null}
          range={view.range}
          now={Date.now()}
        />
      </header>
      <main id="main" tabIndex={-1}>
        <NotRenewed error={notRenewed} retry={retry} />
        {freshness === null ? null : <StaleNotice freshness={freshness} now={Date.now()} />}
        {failures.map(error => (
          <Failure key={error.field} title="Freshness and data quality" error={error} retry={retry} />
        ))}
        {answer === undefined ? <Frame page={view.page} /> : null}
        <Numbers answer={answer?.data} attempt={attempt} retry={retry} />
      </main>
      <footer>
        Days are UTC; a session belongs to the day on which it started. <a href="./graphql">GraphQL</a>
      </footer>
    </>
  );
}

const noVariables = {};
const noRange = { from: '', to: '' };

/** The room of a page whose period is not known yet. */
function Frame({ page }: { page: PageName }) {
  const hasPeriod = page === 'overview' || page === 'video';
  return (
    <>
      {hasPeriod ? (
        <div class="unseen">
          <RangeForm range={noRange} newest="" change={() => undefined} />
        </div>
      ) : null}
      {page === 'overview' ? <WaitingCards /> : <Waiting title={pageTitles[page]} />}
    </>
  );
}

const pageTitles: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  videos: 'Videos',
  video: 'Video',
  session: 'Session',
  quality: 'Data quality',
};

function Navigation({ view }: { view: View }) {
  const { range } = view;
  return (
    <nav aria-label="Pages">
      <Link to={{ page: 'overview', rankBy: 'WATCH_TIME_S', range }} isCurrent={view.page === 'overview'}>
        Overview
      </Link>
      <Link to={{ page: 'videos', search: '', range }} isCurrent={view.page === 'videos'}>
        Videos
      </Link>
      <Link to={{ page: 'quality', range }} isCurrent={view.page === 'quality'}>
        Data quality
      </Link>
    </nav>
  );
}

function SearchForm({ view, show }: { view: View; show: (view: View) => void }) {
  const submit = (event: Event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const search = String(new FormData(event.currentTarget).get('search') ?? '').trim();
    show({ page: 'videos', search: search.slice(0, 200), range: view.range });
  };
  return (
    <search>
      <form onSubmit={submit}>
        <input
          id="search"
          type="search"
          name="search"
          maxLength={200}
          placeholder="Search videos"
          aria-label="Search videos by title"
          value={view.page === 'videos' ? view.search : ''}
        />
      </form>
    </search>
  );
}

interface NumbersProps {
  readonly answer: StateAnswer | undefined;
  readonly attempt: number;
  readonly retry: () => void;
}

function Numbers({ answer, attempt, retry }: NumbersProps) {
  const { view, show } = useNavigationContext();
  const freshness = answer?.freshness;
  if (freshness === null || freshness === undefined) return null;
  if (freshness.newestEventAt === null)
    return (
      <Empty
        title="No data yet"
        because="Ingest events and run `playhead sessionize`; this page shows them within a minute."
      />
    );
  const newest = new Date(freshness.newestEventAt);
  const range = view.range ?? defaultRange(newest);
  const turn = { range, attempt, retry };
  const period = <RangeForm range={range} newest={dayOf(newest)} change={chosen => show(withRange(view, chosen))} />;
  switch (view.page) {
    case 'overview':
      return (
        <>
          {period}
          <OverviewPage view={view} {...turn} />
        </>
      );
    case 'video':
      return (
        <>
          {period}
          <VideoPage key={view.video} view={view} {...turn} />
        </>
      );
    case 'videos':
      return <VideosPage view={view} attempt={attempt} retry={retry} />;
    case 'session':
      return <SessionPage key={view.session} view={view} attempt={attempt} retry={retry} />;
    case 'quality':
      return <QualityPage attempt={attempt} retry={retry} />;
  }
}

/** Counts how often the numbers were asked for: every minute while the page is in front, and when the reader wants it. */
function useAttempts(): readonly [number, () => void] {
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt(before => before + 1), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) retry();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [retry]);
  return [attempt, retry];
}

/** Another page begins at its top for the keyboard and for screen readers too. */
function useFocusOnPage(page: PageName): void {
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${pageTitles[page]} · Playhead`;
    if (!isFirst.current) document.getElementById('main')?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [page]);
}
