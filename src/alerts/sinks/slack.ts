import { headline, type Message, type MessageItem, moreLine, oneLine, subjectLine } from '../message.js';
import { post } from './post.js';
import type { Sink, SinkOptions } from './sink.js';

/** Slack's three reserved characters; without this a title could link or call everybody. */
const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 2900) } });
const icons = { error: ':red_circle:', warning: ':large_orange_circle:', info: ':large_blue_circle:' } as const;

function itemText(item: MessageItem): string {
  const icon = item.kind === 'resolved' ? ':large_green_circle:' : icons[item.severity];
  const samples = item.sample_ids.length === 0 ? '' : `\nSuch as ${escaped(item.sample_ids.join(', '))}`;
  return `${icon} *${escaped(headline(item)).replaceAll('*', '')}*\n${escaped(item.summary)}${samples}\n_${item.alert_id}, since ${item.opened_at}_`;
}

/** The message in Slack's format: `text` for notifications, one block an incident. */
export function slackBody(message: Message): unknown {
  const more = moreLine(message);
  return {
    text: escaped(subjectLine(message)),
    blocks: [
      ...message.incidents.map(item => section(itemText(item))),
      ...(more === '' ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: escaped(more) }] }]),
    ],
  };
}

export const slackSink = ({ url }: { readonly url: string }, { name, timeoutMs }: SinkOptions): Sink => ({
  name,
  send: message => post(url, JSON.stringify(slackBody(message)), {}, timeoutMs),
});
