import { type Config, type DefinitionChange, definitionChanges, definitionsText, describeChanges } from '#config';
import { PlayheadError } from '#errors';
import { type TableName, tables, unpinnedTables } from '#tables';
import type { Lake } from '#warehouse';
import { rulesHash } from './rules.js';
import type { FinishedRun, RunHistory, StartedRun } from './run-log.js';
import type { Versions } from './tables.js';

/** What the job is to do. */
export type Plan =
  | { readonly kind: 'nothing'; readonly last: FinishedRun }
  | {
      readonly kind: 'run';
      readonly run: StartedRun;
      /** True where an unfinished run is taken up: its first row is there already. */
      readonly isResumed: boolean;
      /** The finished run on whose tables this one builds; none for a first or full one. */
      readonly previous: FinishedRun | undefined;
    };

export interface PlanInput {
  readonly lake: Lake;
  readonly config: Config;
  readonly history: RunHistory;
  /** Full because somebody said so. */
  readonly isFullWanted: boolean;
  readonly now: Date;
}

/** Tables that the job reads and others write; a new version of any of them is work. */
const inputs = ['events', 'events_rejected', 'video_catalog'] as const satisfies readonly TableName[];

const isOther = (name: string): name is TableName => ![...unpinnedTables, ...inputs].some(known => known === name);

/** All that a run reads beside them. */
const others = Object.keys(tables).filter(isOther);

/**
 * Decides between taking up an unfinished run, doing nothing, an incremental and a full run.
 * @throws DATA_NOT_FOUND, JOB_DEFINITIONS_CHANGED
 */
export async function planRun({ lake, config, history, isFullWanted, now }: PlanInput): Promise<Plan> {
  const hash = rulesHash(config);
  const { finished, unfinished } = history;
  if (unfinished !== undefined && unfinished.rulesHash === hash && !isFullWanted) {
    const previous = unfinished.mode === 'full' ? undefined : finished;
    return { kind: 'run', run: unfinished, isResumed: true, previous };
  }
  if (!isFullWanted) refuseChangedDefinitions(config, finished);
  const given = await currentVersions(lake, inputs);
  if (given.events === undefined) {
    throw new PlayheadError({
      code: 'DATA_NOT_FOUND',
      at: lake.place,
      message: 'there is no events table yet',
      hint: 'run `playhead ingest <files>` first, or `playhead up` for demo data',
    });
  }
  const previous = isFullWanted ? undefined : await usableRun(lake, history, hash, given);
  if (previous !== undefined && inputs.every(name => previous.versions[name] === given[name])) {
    return { kind: 'nothing', last: previous };
  }
  // Only now, since each is a question to a catalog, and most runs of a schedule find nothing new.
  const base = { ...given, ...(await currentVersions(lake, others)) };
  const sequence = history.lastSequence + 1;
  const run: StartedRun = {
    runId: `run-${String(sequence).padStart(6, '0')}`,
    sequence,
    mode: previous === undefined ? 'full' : 'incremental',
    startedAt: now,
    eventsVersion: given.events,
    base,
    rulesHash: hash,
    definitions: definitionsText(config),
  };
  return { kind: 'run', run, isResumed: false, previous };
}

/**
 * Numbers whose meaning changes without anybody having asked for it are worse than old ones: who changes a definition
 * says `--full`. Another version of the pipeline rebuilds by itself (docs/decisions/0010).
 */
function refuseChangedDefinitions(config: Config, finished: FinishedRun | undefined): void {
  if (finished === undefined || finished.definitions === null) return;
  const changes = definitionChanges(finished.definitions, config);
  if (changes.length === 0) return;
  throw new PlayheadError({
    code: 'JOB_DEFINITIONS_CHANGED',
    at: finished.runId,
    message: `the tables are built under other definitions: ${describeChanges(changes)}`,
    hint: `run \`playhead sessionize --full\` to build them anew, or put the old values back; until then the old tables are served${versionAdvice(changes)}`,
  });
}

/** Every score carries its formula's version, which nobody can raise but whoever changes the formula. */
function versionAdvice(changes: readonly DefinitionChange[]): string {
  const isFormula = changes.some(({ key }) => key.startsWith('engagement.'));
  const isRaised = changes.some(({ key }) => key === 'engagement.version');
  return isFormula && !isRaised ? '; raise engagement.version too, so that old and new scores can be told apart' : '';
}

/** The finished run on whose tables an incremental one can build; none where something else than new events happened. */
async function usableRun(
  lake: Lake,
  history: RunHistory,
  hash: string,
  base: Versions,
): Promise<FinishedRun | undefined> {
  const { finished, unfinished } = history;
  // An abandoned run may have committed some tables: what they hold now fits no finished run.
  if (finished === undefined || unfinished !== undefined) return undefined;
  if (finished.rulesHash !== hash || finished.versions.video_catalog !== base.video_catalog) return undefined;
  if (base.events === undefined || base.events < finished.eventsVersion) return undefined;
  return (await lake.onlyGrew('events', finished.eventsVersion, base.events)) ? finished : undefined;
}

async function currentVersions(lake: Lake, names: readonly TableName[]): Promise<Versions> {
  const versions = await Promise.all(names.map(async name => [name, await lake.version(name)] as const));
  return Object.fromEntries(versions.filter(([, version]) => version !== undefined));
}
