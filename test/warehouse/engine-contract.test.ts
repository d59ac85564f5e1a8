import { afterAll, beforeAll, describe } from 'vitest';
import { DuckdbEngine } from '#warehouse';
import { engineContract } from './engine-contract.js';

/** test/spark asks the same of a real Spark. */
describe('DuckDB keeps the contract of engines', () => {
  let engine: DuckdbEngine;
  beforeAll(async () => {
    engine = await DuckdbEngine.open({ threads: 2, memoryLimit: '1GB' });
  });
  afterAll(() => engine.close());
  engineContract(() => engine);
});
