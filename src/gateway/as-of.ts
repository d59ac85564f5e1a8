import {
  type DocumentNode,
  type GraphQLSchema,
  getDirectiveValues,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { z } from 'zod';
import type { Ask } from './ask.js';
import type { GatewayContext } from './context.js';
import { codeOf, gatewayError, requestError } from './errors.js';
import { marksOf } from './marks.js';
import { RowReader } from './row.js';
import { versionHeader, versionNotFound } from './run-asked.js';

interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Finds the run that is to answer (by the header, or by `@asOf` of the operation), and looks whether it is there, so
 * that the request is refused as a whole and not field by field.
 * @throws VERSION_NOT_FOUND, BAD_USER_INPUT, and what the look at Cube fails with
 */
export async function settleRun(asked: Asked, context: GatewayContext): Promise<void> {
  const { run, ask, freshness } = context;
  try {
    const wanted = await versionWanted(asked, ask);
    if (wanted !== undefined && run.version !== undefined && wanted !== run.version) {
      throw gatewayError('BAD_USER_INPUT', `@asOf and the header ${versionHeader} name different runs`);
    }
    run.version ??= wanted;
    if (run.version === undefined) return;
    assertNothingOfNow(asked);
    if ((await freshness()).dataVersion !== run.version) throw versionNotFound(run.version);
  } catch (error) {
    throw requestError(codeOf(error), error instanceof Error ? error.message : String(error));
  }
}

const argumentsSchema = z.object({ version: z.number().nullish(), time: z.string().nullish() });

async function versionWanted({ schema, operation, variables }: Asked, ask: Ask): Promise<number | undefined> {
  const directive = schema.getDirective('asOf');
  const isGiven = operation.directives?.some(({ name }) => name.value === 'asOf') === true;
  if (directive == null || !isGiven) return undefined;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Variables of wrong types are refused when the operation runs, with the words that all others get.
  if (coerced === undefined) return undefined;
  const { version, time } = argumentsSchema.parse(getDirectiveValues(directive, operation, coerced) ?? {});
  if (typeof version === 'number' && typeof time !== 'string') return version;
  if (typeof time === 'string' && typeof version !== 'number') return versionAt(ask, time);
  throw gatewayError('BAD_USER_INPUT', '@asOf wants either `version` or `time`');
}

/** The number of the newest run that had finished at an instant. */
async function versionAt(ask: Ask, time: string): Promise<number> {
  const { rows } = await ask({
    dimensions: ['job_runs.sequence'],
    // Cube takes instants without a zone as UTC.
    filters: [{ member: 'job_runs.finished_at', operator: 'beforeOrOnDate', values: [time.slice(0, -1)] }],
    order: [['job_runs.sequence', 'desc']],
    limit: 1,
  });
  const [row] = rows;
  if (row === undefined) throw gatewayError('VERSION_NOT_FOUND', `no run had finished at ${time}`);
  return new RowReader(row, 'job_runs').number('sequence');
}

function assertNothingOfNow({ schema, document, operation }: Asked): void {
  if (operation.operation !== 'query') {
    throw gatewayError('BAD_USER_INPUT', 'an older run can be asked, not changed or followed');
  }
  const { ofNow } = marksOf(schema, document);
  if (ofNow.length > 0) throw gatewayError('BAD_USER_INPUT', `no older run can answer ${ofNow.join(', ')}`);
}
