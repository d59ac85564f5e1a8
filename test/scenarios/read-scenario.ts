import { readFileSync } from 'node:fs';
import { assert } from '#errors';

/** A table of a scenario page: header and cells as they stand there. */
export interface MarkdownTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One case of a scenario page. */
export interface ScenarioCase {
  readonly title: string;
  readonly why: string;
  /** `The video lasts 600 s.` */
  readonly durationS: number | undefined;
  /** `It is now 40:00.` */
  readonly nowUs: bigint | undefined;
  /** `With session_timeout_s: 60.` */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly events: MarkdownTable;
  /** Expected rows by table name, in the order of the page; further inputs too (`video_catalog`, `impressions`). */
  readonly tables: ReadonlyMap<string, MarkdownTable>;
}

/** `1:02:03.5`, `2:03`, `3.5` as microseconds. */
export function offsetUs(text: string): bigint {
  const parts = text.replace('-', '').split(':').map(Number);
  assert(
    parts.every(part => Number.isFinite(part)),
    `"${text}" is an offset`,
  );
  const us = BigInt(Math.round(parts.reduce((sum, part) => sum * 60 + part, 0) * 1e6));
  return text.startsWith('-') ? -us : us;
}

/** Reads a scenario page: each `##` is a case, with its events and its expected tables under `###` names. */
export function readScenario(path: string): ScenarioCase[] {
  const [, ...sections] = readFileSync(path, 'utf8').split(/^## /m);
  return sections.map(section => {
    const [titleAndWhy = '', ...parts] = section.split(/^### /m);
    const tables = new Map(parts.map(part => [part.split('\n')[0]?.trim() ?? '', readTable(part)]));
    const events = tables.get('events');
    const title = titleAndWhy.split('\n')[0]?.trim() ?? '';
    assert(events !== undefined, `the case "${title}" has a table of events`);
    tables.delete('events');
    const duration = /lasts ([\d.]+) s/.exec(titleAndWhy)?.[1];
    const now = /It is now ([\d:.]+\d)/.exec(titleAndWhy)?.[1];
    const settings = [...titleAndWhy.matchAll(/`(\w+): (\S+)`/g)].map(([, key = '', value = '']) => {
      const number = Number(value);
      return [key, Number.isNaN(number) ? value : number] as const;
    });
    return {
      title,
      why: titleAndWhy.split('\n').slice(1).join(' ').trim(),
      durationS: duration === undefined ? undefined : Number(duration),
      nowUs: now === undefined ? undefined : offsetUs(now),
      settings: Object.fromEntries(settings),
      events,
      tables,
    };
  });
}

function readTable(part: string): MarkdownTable {
  const lines = part.split('\n').filter(line => line.startsWith('|'));
  const [columns = [], , ...rows] = lines.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
  return { columns, rows };
}
