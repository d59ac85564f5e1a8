import { type Preset, presets } from '#events';

type Rule = Preset['events'][string];

function meaning(rule: Rule): string {
  if (rule === null) return 'left out';
  if (typeof rule === 'string') return `\`${rule}\``;
  if ('atEnd' in rule) return `${meaning(rule.otherwise)}; at the video's end: ${meaning(rule.atEnd)}`;
  const cases = Object.entries(rule.values).map(([value, to]) => `${value}: ${meaning(to)}`);
  return `by ${rule.by.map(path => `\`${path}\``).join(', ')}: ${cases.join(', ')}; else ${meaning(rule.otherwise)}`;
}

/** The two tables of one preset in docs/presets.md: its columns and its events. */
export function presetTables({ columns, events }: Preset): string {
  const paths = Object.entries(columns).map(
    ([column, names]) => `| \`${column}\` | ${names.map(name => `\`${name}\``).join(', ')} |`,
  );
  const names = Object.entries(events).map(([name, rule]) => `| \`${name}\` | ${meaning(rule)} |`);
  return [
    '| canonical column | source, the first that has a value |\n| --- | --- |',
    ...paths,
    '\n| source event | becomes |\n| --- | --- |',
    ...names,
  ].join('\n');
}

/** Preset name -> its tables. */
export const allPresetTables: ReadonlyMap<string, string> = new Map(
  presets.map(preset => [preset.name, presetTables(preset)]),
);
