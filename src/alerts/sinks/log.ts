import { headline, type Message } from '../message.js';
import { type Sink, type SinkOptions, taken } from './sink.js';

/** One JSON line an incident. */
export const logSink = ({ name, clock, log }: SinkOptions): Sink => ({
  name,
  send: async (message: Message) => {
    for (const item of message.incidents) {
      const { severity, kind, alert_id, rule, subject, summary, value, threshold, expected, opened_at } = item;
      const facts = { alert_id, rule, subject, kind, summary, value, threshold, expected, opened_at };
      log(JSON.stringify({ time: clock().toISOString(), level: severity, msg: headline(item), ...facts }));
    }
    return taken;
  },
});
