/** When somebody is told: conditions over the served tables, the life of incidents, and the sinks that messages go to. */
export { type AcknowledgeAlert, type Acknowledged, type Acknowledgement, acknowledgeAlert } from './acknowledge.js';
export { type DayTotals, judgeDay, type Series } from './conditions/anomalies.js';
export { groupVideos } from './conditions/group.js';
export { findJobFailure, findJobSilence, type JobState } from './conditions/job.js';
export type { LookContext, ServedTables } from './conditions/looked-at.js';
export { readSeries } from './conditions/read-series.js';
export { type DeadLetter, keepDeadLetter, readDeadLetters } from './dead-letters.js';
export { type DeliverOptions, type Delivery, type DeliveryStore, deliver } from './deliver.js';
export {
  type AlertSeverity,
  type AlertState,
  type Evidence,
  type Finding,
  type HistoryEntry,
  type Incident,
  subjectText,
} from './incident.js';
export { advance, type Moment } from './life-cycle.js';
export type { Message } from './message.js';
export { type Retried, retryDeadLetters } from './retry.js';
export { type Attachment, type Mail, type MailServer, sendMail } from './sinks/email.js';
export { openSinks } from './sinks/open-sinks.js';
export type { Attempt, Sink } from './sinks/sink.js';
export { isSignedWebhook, type SignedRequest, signatureOf } from './sinks/webhook.js';
export { type AlertStore, readIncidents } from './store.js';
export { tellUnstored, type UnstoredOptions } from './tell-unstored.js';
export { type FoundContext, watchAlerts, watchFindings } from './watch.js';
