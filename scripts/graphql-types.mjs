/** TypeScript that follows from schema.graphql, by GraphQL Code Generator: types of the contract, of resolvers and of documents. */
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';

const banner =
  '/* Written by `npm run graphql` from schema.graphql; do not edit. Longer than 500 lines because the contract is. */\n';

const shared = {
  scalars: {
    ID: 'string',
    DateTime: 'string',
    Date: 'string',
    Seconds: 'number',
    Ratio: 'number',
    Count: 'number',
  },
  strictScalars: true,
  enumType: 'string-literal',
  enumsAsTypes: true,
  immutableTypes: true,
  useTypeImports: true,
  skipTypename: true,
  avoidOptionals: { field: true, object: false, inputValue: false, defaultValue: false },
};

/** Every type of the contract. `PeriodMetric` has the names of the catalogue within the gateway. */
const contract = {
  ...shared,
  enumValues: { PeriodMetric: './members.js#PeriodMetric' },
};

/** What resolvers hand on where that is not the type of the contract: parents of fields that have resolvers of their own. */
const mappers = {
  Video: './entities.js#VideoNode',
  User: './entities.js#UserNode',
  Session: './entities.js#SessionNode',
  UserVideo: './entities.js#UserVideoNode',
  Visit: './entities.js#VisitNode',
  Experiment: './entities.js#ExperimentNode',
  Alert: './entities.js#AlertNode',
  TopVideo: './top-videos.js#TopVideo',
  PeriodMetrics: './period.js#Period',
  Retention: './retention.js#Retention',
  HeatMap: './heat-map.js#HeatMap',
  TimeSeries: './time-series.js#Series',
  MetricSeries: './time-series.js#MetricSeries',
  MetricValue: './metric-value.js#MetricValue',
  MetricComponent: './metric-value.js#MetricComponent',
  DataQuality: './quality.js#DataQuality',
  VideoConnection: './connection.js#Connection<VideoNode>',
  UserConnection: './connection.js#Connection<UserNode>',
  SessionConnection: './connection.js#Connection<SessionNode>',
  UserVideoConnection: './connection.js#Connection<UserVideoNode>',
  VisitConnection: './connection.js#Connection<VisitNode>',
};

const generate = async (source, plugin, config, documents = []) =>
  codegen({
    filename: 'generated.ts',
    schema: parse(source),
    documents,
    plugins: [{ generated: {} }],
    pluginMap: { generated: plugin },
    config,
  });

export const contractTypes = async source =>
  // The generator forgets that only a type is handed on.
  banner +
  (await generate(source, typescript, contract)).replace('export { PeriodMetric }', 'export type { PeriodMetric }');

export const resolverTypes = async source =>
  `${banner}import type * as contract from './contract.generated.js';\nimport type { PeriodMetric } from './members.js';\n${await generate(
    source,
    resolvers,
    {
      ...contract,
      namespacedImportName: 'contract',
      contextType: './context.js#GatewayContext',
      mappers,
    },
  )}`;

const documentTypes = (source, files) => {
  const documents = files.map(({ name, body }) => ({ location: name, document: parse(body) }));
  return generate(source, operations, { ...shared, onlyOperationTypes: true }, documents);
};

/** Answer and variables of the dashboard's documents: `DashboardVideo` becomes `VideoAnswer` and `VideoVariables`. */
export async function dashboardTypes(source, files) {
  const names = files.map(({ name, type }) => {
    const whole = `${name}${type[0].toUpperCase()}${type.slice(1)}`;
    const short = name.replace(/^Dashboard/, '');
    return `/** What \`${name}\` answers. */\nexport type ${short}Answer = ${whole};\nexport type ${short}Variables = ${whole}Variables;\n`;
  });
  return `${banner}${await documentTypes(source, files)}\n${names.join('\n')}`;
}

/** Answer and variables of every document of documents/, with the hash by which it is asked. */
export async function clientTypes(source, files) {
  const types = await documentTypes(source, files);
  const list = files.map(({ id, name, type }) => {
    const kind = type === 'mutation' ? 'Mutation' : 'Query';
    const generic = `${name}${kind}, ${name}${kind}Variables`;
    return `/** Text: documents/manifest.json. */\nexport const ${name}: Document<${generic}> = { id: '${id}', kind: '${type}' };\n`;
  });
  return `${banner}import type { Document } from './client.js';\n\n${types}\n${list.join('\n')}`;
}
