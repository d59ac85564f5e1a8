import { afterAll, beforeAll, describe } from 'vitest';
import { openSparkEngine, type SparkEngine } from '#warehouse';
import { engineContract } from '../warehouse/engine-contract.js';

describe('Spark keeps the contract of engines', () => {
  let engine: SparkEngine;
  beforeAll(async () => {
    engine = await openSparkEngine({
      kind: 'spark',
      host: '127.0.0.1',
      port: 20001,
      path: 'cliservice',
      protocol: 'http',
    });
  });
  afterAll(() => engine.close());
  engineContract(() => engine);
});
