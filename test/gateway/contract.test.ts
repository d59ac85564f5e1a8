import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType, Kind } from 'graphql';
import { describe, expect, it } from 'vitest';
import { loadSchema } from '#gateway';
import { catalogue, isMetricName } from '#metrics';
import { gatewayCodes } from '../../src/gateway/errors.js';

const schema = await loadSchema();
const types = Object.values(schema.getTypeMap()).filter(
  type => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

describe('schema.graphql', () => {
  it('says what every type, field, argument and value means', () => {
    const silent = types.flatMap(type => {
      const fields =
        isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
      const args = fields.flatMap(field => ('args' in field ? field.args : []));
      const values = isEnumType(type) ? type.getValues() : [];
      return [type, ...fields, ...args, ...values]
        .filter(item => item.description === undefined || item.description === null || item.description === '')
        .map(item => `${type.name}: ${item.name}`);
    });
    expect(silent).toEqual([]);
  });

  it('describes a metric with the sentence of the catalogue', () => {
    const strange = types.flatMap(type =>
      (isObjectType(type) ? Object.values(type.getFields()) : []).filter(field => {
        const mark = field.astNode?.directives?.find(directive => directive.name.value === 'metric');
        const value = mark?.arguments?.[0]?.value;
        if (value === undefined) return false;
        const name = value.kind === Kind.STRING ? value.value : '';
        return !isMetricName(name) || field.description?.startsWith(catalogue[name].says) !== true;
      }),
    );
    expect(strange.map(field => field.name)).toEqual([]);
  });

  it('fits what was generated from it and from the published documents', async () => {
    await promisify(execFile)(process.execPath, ['scripts/graphql.mjs', '--check']);
  });

  it('lists the error codes that the gateway has', () => {
    const type = schema.getType('ErrorCode');
    const codes = isEnumType(type) ? type.getValues().map(value => value.name) : [];
    expect(codes.toSorted()).toEqual(Object.keys(gatewayCodes).toSorted());
  });
});
