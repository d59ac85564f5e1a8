import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { composeReport, csvFiles, csvText, type Report, type ReportFacts, reportPage, reportText } from '#reports';
import { noFacts, someFacts } from './facts.js';

const pageOf = (facts: ReportFacts) => {
  const text = reportPage(composeReport(facts));
  const { document } = parseHTML(text);
  return { text, document, all: (selector: string) => [...document.querySelectorAll(selector)] };
};
const wordsOf = (report: Report) =>
  Object.fromEntries(report.sections.map(({ id, sentences }) => [id, sentences.join(' ')]));
const evil = `<img src=x onerror="alert(1)">&'</title></svg><script>alert(2)</script>`;

describe('the page of a report', () => {
  it('opens without network and scripts, under a policy that allows its own style sheet only', () => {
    const { text, document, all } = pageOf(someFacts());
    const sheet = document.querySelector('style')?.textContent ?? '';
    const hash = createHash('sha256').update(sheet).digest('base64');
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(all('style')).toHaveLength(1);
    expect(all('script, link, img, iframe, object, embed, [style], [src], [onload]')).toEqual([]);
    expect(all('a').every(link => link.getAttribute('href')?.startsWith('#'))).toBe(true);
    expect(text.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import/);
  });

  it('has one title, headings in order, and an aim for every link', () => {
    const { document, all } = pageOf(someFacts());
    expect(document.documentElement.getAttribute('lang')).toBe('en');
    expect(all('h1').map(one => one.textContent)).toEqual(['Weekly video report, 2026-W43 (2026-10-19 to 2026-10-25)']);
    const levels = all('h1, h2, h3').map(one => Number(one.tagName.slice(1)));
    expect(levels.every((level, i) => i === 0 || level - (levels[i - 1] ?? 0) <= 1)).toBe(true);
    const ids = all('[id]').map(one => one.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(all('nav a').map(link => link.getAttribute('href'))).toEqual(
      all('h2').map(one => `#${one.getAttribute('id')}`),
    );
  });

  it('says every picture in a sentence, and has its numbers in a table of the same section', () => {
    const { all } = pageOf(someFacts());
    const pictures = all('.drawing');
    expect(pictures.length).toBeGreaterThanOrEqual(6);
    for (const picture of pictures) {
      expect(picture.getAttribute('role')).toBe('img');
      expect(picture.getAttribute('aria-label')?.length).toBeGreaterThan(30);
      expect(picture.querySelectorAll('svg path, svg rect, svg circle, svg line').length).toBeGreaterThan(0);
      expect(picture.closest('section')?.querySelector('table')).not.toBeNull();
    }
    for (const table of all('table')) {
      expect(table.querySelector('caption')?.textContent).not.toBe('');
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(1);
    }
  });

  it('shows numbers rounded and carries them exactly', () => {
    const { all } = pageOf(someFacts());
    const row = all('#totals ~ .scroll tr').find(one => one.textContent?.startsWith('Watch time, proven'));
    const cells = [...(row?.querySelectorAll('data') ?? [])].map(cell => [
      cell.getAttribute('value'),
      cell.textContent,
    ]);
    expect(cells).toEqual([
      ['3600.125', '60 min'],
      ['1800.0625', '30 min'],
      ['1', '+100%'],
    ]);
  });

  it('takes titles for text, wherever they stand', () => {
    const facts = someFacts({ title: evil });
    const { text, all } = pageOf(facts);
    expect(all('script, img')).toEqual([]);
    expect(text).not.toMatch(/<script|<img|<\/svg><s/);
    expect(all('th[scope=row]').some(cell => cell.textContent === evil)).toBe(true);
    expect(all('svg text').some(one => one.textContent?.startsWith('<img src=x'))).toBe(true);
  });

  it('has words in place of what is not there', () => {
    const { all } = pageOf(noFacts());
    expect(all('.drawing')).toEqual([]);
    expect(wordsOf(composeReport(noFacts()))).toMatchObject({
      totals: expect.stringContaining('No sessions in this week.'),
      course: 'No sessions in this week.',
      'top-videos': 'No video was watched in this week.',
      completion: 'No sessions in this week.',
      retention: expect.stringContaining('No retention to show'),
      tiers: 'No sessions in this week.',
      experiments: 'Nobody was part of an experiment in this week.',
      return: expect.stringContaining('nothing to set against a cost'),
      quality: expect.stringContaining('No data-quality rule has been asked yet.'),
      alerts: 'No alert was open in this week.',
    });
  });

  it('names the code of a part that could not be answered, and shows the rest', () => {
    const failed = { kind: 'missing', code: 'UPSTREAM_TIMEOUT', message: 'Cube is slow' } as const;
    const { days, ...rest } = someFacts();
    const words = wordsOf(composeReport({ ...rest, days: failed, experiments: failed }));
    expect(words['course']).toBe('This part could not be answered: UPSTREAM_TIMEOUT, Cube is slow.');
    expect(words['experiments']).toBe(words['course']);
    expect(words['top-videos']).toContain('“Sea” was watched most');
    expect(days.kind).toBe('answered');
  });

  it('says when its period is not over', () => {
    const facts = someFacts();
    expect(composeReport(facts).origin).not.toContain('not over');
    expect(composeReport({ ...facts, madeAt: new Date('2026-10-25T23:59:59Z') }).origin).toContain('not over yet');
  });
});

describe('the return on production cost', () => {
  const rowsOf = (facts: ReportFacts) =>
    composeReport(facts)
      .sections.find(({ id }) => id === 'return')
      ?.tables[0]?.rows.map(row => [row['production_cost'], row['cost_per_watched_hour'], row['cost_per_viewer']]);

  it('is the cost over the hours and viewers so far, and null where the cost is unknown', () => {
    expect(rowsOf(someFacts({ cost: 100 }))).toEqual([
      [100, 50, 25],
      [null, null, null],
    ]);
    expect(wordsOf(composeReport(someFacts()))['return']).toContain('no production cost for 1 of 2');
    expect(wordsOf(composeReport(someFacts({ cost: null })))['return']).toContain('the return is unknown');
  });

  it('of a video that cost nothing is nothing', () => {
    expect(rowsOf(someFacts({ cost: 0 }))?.[0]).toEqual([0, 0, 0]);
  });
});

describe('the tables as CSV', () => {
  it('hold every digit, and nothing for what is unknown', () => {
    const files = Object.fromEntries(csvFiles(composeReport(someFacts())).map(({ name, text }) => [name, text]));
    expect(files['top_videos.csv']).toBe(
      'title,video_id,watch_time_s,unique_viewers,session_count,completion_rate\nSea,v1,3000.125,3,6,0.5\nv2,v2,600,1,2,0.5\n',
    );
    expect(files['return_on_cost.csv']?.split('\n')[2]).toBe('v2,v2,,600,600,1,,');
    expect(files['days.csv']?.split('\n')[1]).toBe('2026-10-19T00:00:00.000Z,100,0,0,2,,50,');
  });

  it('do not let a spreadsheet run a title', () => {
    const text = csvText(composeReport(someFacts({ title: '=HYPERLINK("x"),\n1' })));
    expect(text).toContain(`top_videos,1,title,"'=HYPERLINK(""x""),\n1"\n`);
    expect(text).not.toMatch(/(^|,)"?=/m);
    expect(text).toContain('totals,4,change_ratio,1\n');
  });
});

describe('the text of a report', () => {
  it('is its sentences, each on one line whatever a title holds', () => {
    const text = reportText(composeReport(someFacts({ title: 'a\u001b[2J\nb' })));
    expect(text).toContain('“a [2J b” was watched most: 50 min, 83.3% of all watch time.');
    expect(text).toContain('50% of the sessions reached the end of the video (25% the week before).');
    expect(text).not.toContain('\u001b');
  });
});
