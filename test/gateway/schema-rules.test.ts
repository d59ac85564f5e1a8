import { readFile } from 'node:fs/promises';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { Linter } from 'eslint';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';

const text = await readFile('schema.graphql', 'utf8');

describe('schema.graphql', () => {
  it("keeps graphql-eslint's rules for schemas", () => {
    const linter = new Linter({ configType: 'flat' });
    const messages = linter.verify(
      text,
      [
        {
          files: ['**/*.graphql'],
          plugins: { '@graphql-eslint': { rules: graphqlPlugin.rules } },
          languageOptions: {
            parser: graphqlPlugin.parser,
            parserOptions: { graphQLConfig: { schema: './schema.graphql' } },
          },
          rules: {
            '@graphql-eslint/known-type-names': 'error',
            '@graphql-eslint/known-directives': 'error',
            '@graphql-eslint/no-unreachable-types': 'error',
            '@graphql-eslint/no-duplicate-fields': 'error',
            '@graphql-eslint/require-description': [
              'error',
              { types: true, FieldDefinition: true, EnumValueDefinition: true },
            ],
            '@graphql-eslint/require-deprecation-reason': 'error',
            '@graphql-eslint/require-nullable-fields-with-oneof': 'error',
            '@graphql-eslint/unique-type-names': 'error',
            '@graphql-eslint/unique-enum-value-names': 'error',
            '@graphql-eslint/no-hashtag-description': 'error',
            '@graphql-eslint/relay-edge-types': [
              'error',
              { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
            ],
            '@graphql-eslint/relay-connection-types': 'error',
            '@graphql-eslint/relay-page-info': 'error',
            '@graphql-eslint/naming-convention': [
              'error',
              {
                types: 'PascalCase',
                FieldDefinition: 'camelCase',
                InputValueDefinition: 'camelCase',
                EnumValueDefinition: 'UPPER_CASE',
              },
            ],
          },
        },
      ],
      { filename: 'schema.graphql' },
    );
    // The codes of errors stand in `extensions`, which no schema types: the enum is there to be read.
    const expected = 'Enum type `ErrorCode` is unreachable.';
    expect(messages.map(({ message }) => message)).toEqual([expected]);
  });

  it('breaks nothing of the last release, by graphql-inspector', async () => {
    const released = buildSchema(await readFile('test/gateway/fixtures/released.graphql', 'utf8'));
    const changes = await diff(released, buildSchema(text));
    const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
    expect(breaking.map(({ message }) => message)).toEqual([]);
  });
});
