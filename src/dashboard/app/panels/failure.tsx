import type { PanelError } from '../gateway.js';

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

/** A panel without numbers, and why. */
export function Empty({ title, because }: { title: string; because: string }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      <p class="empty">{because}</p>
    </section>
  );
}
