import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { type Answer, errorOf, type PanelError } from '../answer.js';
import { useSeen } from '../charts/in-view.js';

/** What stands in a panel whose numbers did not come: never an empty chart that looks like zero. */
export function Failure({ title, error, retry }: { title: string; error: PanelError; retry: () => void }) {
  return (
    <section class="panel failed" role="alert">
      <h2>{title}</h2>
      <p>
        <strong>{error.code}</strong> {error.message}
        {error.requestId === undefined ? null : <small> (request {error.requestId})</small>}
      </p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </section>
  );
}

/** A panel that waits for its first numbers. */
export function Waiting({ title }: { title: string }) {
  return (
    <section class="panel waiting" aria-busy="true">
      <h2>{title}</h2>
      <div class="skeleton" />
    </section>
  );
}

/** Readers who do not scroll (print, screen readers) get what lies below the window after so long. */
const unseenMs = 3_000;

/** A panel that asks for its numbers when it comes into view: the first ones need not share the network and Cube with it. */
export function WhenSeen({ title, children }: { title: string; children: () => VNode }) {
  const holder = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(holder, { afterMs: unseenMs });
  return isSeen ? (
    children()
  ) : (
    <div ref={holder}>
      <Waiting title={title} />
    </div>
  );
}

/** A panel without numbers, and why. */
export function Empty({ title, because }: { title: string; because: string }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      <p class="empty">{because}</p>
    </section>
  );
}

/** Numbers that could not be renewed stay, and this says so. */
export function NotRenewed({ error, retry }: { error: PanelError | undefined; retry: () => void }) {
  if (error === undefined) return null;
  return (
    <p class="notice" role="status">
      These numbers could not be renewed: <strong>{error.code}</strong> {error.message}{' '}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

interface FieldProps<T extends object, K extends keyof T & string> {
  readonly title: string;
  readonly answer: Answer<T> | undefined;
  readonly field: K;
  readonly retry: () => void;
  /** Stands there until the answer comes. */
  readonly waiting?: ComponentChildren;
  /** Why there is nothing, where the schema gives null a meaning. */
  readonly absent?: string;
  readonly children: (value: NonNullable<T[K]>) => ComponentChildren;
}

/** One root field of an answer: waits for it, shows why it failed or is absent, or what it holds. */
export function Field<T extends object, K extends keyof T & string>({
  title,
  answer,
  field,
  retry,
  absent,
  waiting,
  children,
}: FieldProps<T, K>) {
  if (answer === undefined) return <>{waiting ?? <Waiting title={title} />}</>;
  const value = answer.data?.[field];
  if (value !== null && value !== undefined) return <>{children(value)}</>;
  if (absent !== undefined && answer.data !== undefined && answer.errors.length === 0)
    return <Empty title={title} because={absent} />;
  const error = errorOf(answer, field);
  if (error.code === 'FORBIDDEN') return <Empty title={title} because="Not shown to the holder of this token." />;
  return <Failure title={title} error={error} retry={retry} />;
}

/** A field of an answer that is shared with panels above: made when it comes into view. */
export function SeenField<T extends object, K extends keyof T & string>(props: FieldProps<T, K>) {
  return <WhenSeen title={props.title}>{() => <Field {...props} />}</WhenSeen>;
}
