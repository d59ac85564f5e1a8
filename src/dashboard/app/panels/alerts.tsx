import { useEffect, useState } from 'preact/hooks';
import { ago } from '#figures';
import { roleOf } from '../access.js';
import type { PanelError } from '../answer.js';
import type { AlertsAnswer } from '../answers.generated.js';
import { ask } from '../gateway.js';
import { acknowledge, alertStream, alerts } from '../questions.js';
import { access } from '../tab.js';
import { useAnswer } from '../use-answer.js';
import { useStream } from '../use-stream.js';
import { Empty, Failure, NotRenewed, Waiting } from './failure.js';
import { Link } from './link.js';

type Alert = NonNullable<AlertsAnswer['alerts']>['nodes'][number];

const title = 'Alerts';
const variables = { first: 10 } as const;

/** The newest alerts; they come anew as soon as one changes, and those who may can acknowledge them. */
export function Alerts({ attempt }: { attempt: number }) {
  const [turn, setTurn] = useState(0);
  const renew = () => setTurn(before => before + 1);
  const streamed = useStream(alertStream);
  useEffect(() => {
    if (streamed.state === 'live') renew();
  }, [streamed]);
  const { answer, notRenewed } = useAnswer(alerts, variables, attempt + turn);
  if (answer === undefined) return <Waiting title={title} />;
  const error = answer.errors[0];
  if (error?.code === 'NOT_FOUND') return <Empty title={title} because="This installation keeps no alerts." />;
  if (error?.code === 'FORBIDDEN') return <Empty title={title} because="Alerts are not for this token's role." />;
  const found = answer.data?.alerts;
  if (found === null || found === undefined)
    return <Failure title={title} error={error ?? { code: 'INTERNAL', message: 'no alerts came' }} retry={renew} />;
  if (found.nodes.length === 0) return <Empty title={title} because="None: nothing was out of the ordinary so far." />;
  return (
    <section class="panel" aria-labelledby="alerts-title" id="alerts">
      <h2 id="alerts-title">
        {title} <span class="unit">newest first</span>
      </h2>
      <NotRenewed error={notRenewed} retry={renew} />
      <ul class="alerts">
        {found.nodes.map(alert => (
          <AlertLine key={alert.alertId} alert={alert} renew={renew} />
        ))}
      </ul>
    </section>
  );
}

const stateWords = { OPEN: '✗ open', ACKNOWLEDGED: '… acknowledged', RESOLVED: '✓ resolved' } as const;
const stateTones = { OPEN: 'failed', ACKNOWLEDGED: '', RESOLVED: 'passed' } as const;

function AlertLine({ alert, renew }: { alert: Alert; renew: () => void }) {
  const now = Date.now();
  return (
    <li>
      <p>
        <strong>{alert.title}</strong> <span class={`state ${stateTones[alert.state]}`}>{stateWords[alert.state]}</span>{' '}
        <span class="unit">
          {alert.severity.toLowerCase()}, since {ago(alert.openedAt, now)}
          {alert.repeatCount === 0 ? '' : `, found ${alert.repeatCount + 1} times`}
          {alert.acknowledgedBy === null ? '' : `, acknowledged by ${alert.acknowledgedBy}`}
        </span>
      </p>
      <p>
        {alert.says} {alert.videoId === null ? null : <Link to={{ page: 'video', video: alert.videoId }}>Video</Link>}
      </p>
      {alert.state === 'OPEN' ? <AcknowledgeForm alertId={alert.alertId} title={alert.title} renew={renew} /> : null}
      {alert.history === null || alert.history.length < 2 ? null : (
        <details>
          <summary>History</summary>
          <ol>
            {alert.history.map(({ at, kind, by, note }) => (
              <li key={`${at}${kind}`}>
                {at.slice(0, 16).replace('T', ' ')} {kind.toLowerCase()}
                {by === null ? '' : ` by ${by}`}
                {note === null ? '' : `: ${note}`}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

interface AcknowledgeProps {
  readonly alertId: string;
  readonly title: string;
  readonly renew: () => void;
}

/** For all but analysts, who read; the gateway has the last word. */
function AcknowledgeForm({ alertId, title: alertTitle, renew }: AcknowledgeProps) {
  const [error, setError] = useState<PanelError | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  if (roleOf(access.token()) === 'analyst') return null;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const note = String(new FormData(event.currentTarget).get('note') ?? '').trim();
    setBusy(true);
    const { data, errors } = await ask(acknowledge, { id: alertId, note: note === '' ? null : note });
    setBusy(false);
    setError(failureOf(data?.acknowledgeAlert ?? null, errors));
    renew();
  };
  return (
    <form class="acknowledge" onSubmit={event => void submit(event)}>
      <input
        name="note"
        maxLength={1000}
        placeholder="What is to be said (optional)"
        aria-label={`Note on ${alertTitle}`}
      />
      <button type="submit" disabled={isBusy} aria-label={`Acknowledge ${alertTitle}`}>
        Acknowledge
      </button>
      {error === undefined ? null : (
        <span role="alert" class="state failed">
          {error.code} {error.message}
        </span>
      )}
    </form>
  );
}

function failureOf(
  result: import('../answers.generated.js').AcknowledgeAnswer['acknowledgeAlert'],
  errors: readonly PanelError[],
): PanelError | undefined {
  if (result === null) return errors[0] ?? { code: 'INTERNAL', message: 'no answer came, and no reason' };
  return result.__typename === 'AlertAcknowledged' ? undefined : { code: 'NOT_DONE', message: result.message };
}
