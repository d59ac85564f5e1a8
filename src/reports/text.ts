import type { Report } from './report.js';

/** The report's sentences as plain text: what a terminal shows, and the body of a mail. */
export const reportText = ({ title, origin, sections }: Report): string =>
  [
    `${title}\n${origin}`,
    ...sections.map(section =>
      [
        section.title,
        ...section.sentences.filter(sentence => sentence !== '').map(sentence => `  ${oneLine(sentence)}`),
      ].join('\n'),
    ),
  ]
    .join('\n\n')
    .concat('\n');

/** Titles of videos come from outside: no line break and nothing that moves a terminal's cursor. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
