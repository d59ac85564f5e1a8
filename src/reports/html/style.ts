/** The page's only style sheet; the hash of this text is what the content security policy allows. */
export const style = `
:root { color-scheme: light; --ink: #17202b; --quiet: #536173; --line: #d9dfe7; --panel: #ffffff; --series-1: #0b66c3; --series-2: #b45309; --good: #146c3a; --bad: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--panel); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
.origin { color: var(--quiet); }
nav ol { margin: .75rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
a { color: var(--series-1); }
figure { margin: .75rem 0; break-inside: avoid; }
.drawing svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; font-size: 12px; color: var(--ink); }
.drawing svg text { white-space: pre; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
thead th { vertical-align: bottom; }
.number { text-align: right; }
td.number, .when { white-space: nowrap; }
summary { cursor: pointer; color: var(--quiet); }
:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
@page { size: A4; margin: 15mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, details:not([open]) { display: none; }
  h2, h3, caption { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  td { overflow-wrap: anywhere; }
}
`;
