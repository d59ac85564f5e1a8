import { createHash } from 'node:crypto';
import type { Report } from '../report.js';
import type { Cell, Column, DataTable, Picture, Section } from '../section.js';
import { shown } from '../words.js';
import { drawn } from './drawing.js';
import { html, type Safe, trusted } from './safe.js';
import { style } from './style.js';

/** Nothing is fetched, nothing runs: the page's own style sheet is all that it needs. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** The report as one HTML page that needs neither network nor scripts. */
export function reportPage({ title, origin, sections }: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="origin">${origin}</p>
<nav aria-label="Sections"><ol>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
</header>
<main>
${sections.map(sectionHtml)}
</main>
</body>
</html>
`;
  return page.html;
}

const sectionHtml = ({
  id,
  title,
  sentences,
  pictures,
  tables,
}: Section): Safe => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${sentences.filter(one => one !== '').map(sentence => html`<p>${sentence}</p>\n`)}${pictures.map(pictureHtml)}${tables.map(table => tableHtml(table))}</section>
`;

const pictureHtml = (picture: Picture): Safe => html`<figure>
<figcaption><h3>${picture.title}</h3></figcaption>
<div class="drawing" role="img" aria-label="${picture.summary}">${drawn(picture)}</div>
</figure>
`;

function tableHtml(table: DataTable): Safe {
  const { caption, columns, rows, isFolded = false } = table;
  const plain = html`<div class="scroll" tabindex="0" role="region" aria-label="Table: ${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, kind }) => html`<th scope="col"${classOf(kind)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(row => html`<tr>${columns.map((column, i) => cellHtml(column, row, i === 0))}</tr>\n`)}</tbody>
</table></div>
`;
  return isFolded ? html`<details><summary>As a table: ${caption}</summary>${plain}</details>\n` : plain;
}

const isNumeric = (kind: Column['kind']): boolean => !['text', 'day', 'instant'].includes(kind);
const isWhen = (kind: Column['kind']): boolean => kind === 'day' || kind === 'instant';
const classOf = (kind: Column['kind']): Safe =>
  trusted(isNumeric(kind) ? ' class="number"' : isWhen(kind) ? ' class="when"' : '');

/** A number carries its exact value, which readers of the page's text can take; people see it rounded. */
function cellHtml({ key, kind }: Column, row: Readonly<Record<string, Cell>>, isHead: boolean): Safe {
  const value = row[key] ?? null;
  const words = shown(value, kind, row['unit'] ?? null);
  const content = typeof value === 'number' ? html`<data value="${value}">${words}</data>` : words;
  return isHead ? html`<th scope="row"${classOf(kind)}>${content}</th>` : html`<td${classOf(kind)}>${content}</td>`;
}
