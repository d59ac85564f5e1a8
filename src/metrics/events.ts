import { type Metric, metric } from './metric.js';

/** What is counted of the events themselves, and of the alerts about them. */
export const eventMetrics = {
  reported_event_count: metric(
    'Events as reported',
    'count',
    'DESIGN 5',
    'Player events as they arrived, copies included.',
  ),
  event_copy_count: metric(
    'Copies of events',
    'count',
    'DESIGN 4.1.1',
    'Events whose id had been seen before: reported events less different ones.',
  ),
  event_copy_rate: metric('Share of copies', 'ratio', 'DESIGN 7', 'Copies as a share of the reported events.'),
  event_users: metric(
    'Users with events',
    'count',
    'DESIGN 3',
    'Different users that any event names, page views too.',
  ),
  error_event_count: metric(
    'Errors',
    'count',
    'DESIGN 3',
    'Events in which the player reported an error, copies included.',
  ),
  missing_position_count: metric(
    'Events without position',
    'count',
    'DESIGN 7',
    'Events of a video, copies included, that do not say where the playhead was.',
  ),
  alert_count: metric('Alerts', 'count', 'DESIGN 7', 'Incidents that an alert rule opened.'),
  active_alert_count: metric('Active alerts', 'count', 'DESIGN 7', 'Alerts that are open or acknowledged.'),
  acknowledged_alert_count: metric(
    'Acknowledged alerts',
    'count',
    'DESIGN 7',
    'Active alerts that somebody said to have seen.',
  ),
  resolved_alert_count: metric('Resolved alerts', 'count', 'DESIGN 7', 'Alerts whose cause is gone.'),
  notification_count: metric(
    'Messages about alerts',
    'count',
    'DESIGN 7',
    'Messages written about incidents: one for each opening, repeat and resolution.',
  ),
} as const satisfies Record<string, Metric>;
