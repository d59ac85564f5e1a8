import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { choose } from '../src/choose.js';
import { NativeInstance } from '../src/jinja/index.js';
import * as portable from '../src/portable.js';

const require = createRequire(import.meta.url);

describe('who answers to the name', () => {
  test.each(['server', 'server-core', 'api-gateway', 'schema-compiler', 'cubestore-driver'])(
    '@cubejs-backend/%s finds this package',
    name => {
      const from = require.resolve(`@cubejs-backend/${name}/package.json`);
      const found = createRequire(from).resolve('@cubejs-backend/native/package.json');
      expect(realpathSync(found)).toBe(realpathSync(require.resolve('../package.json')));
    },
  );

  test('its version is exactly that of Cube', () => {
    const { version } = require('@cubejs-backend/server-core/package.json');
    expect(require('../package.json').version).toBe(version);
  });
});

describe('which implementation runs', () => {
  const real = () => ({ ...portable, loadNative: () => ({}) });
  const absent = (): never => {
    throw new Error('Unable to load');
  };
  test.each([
    [undefined, real, 'real'],
    [undefined, absent, 'portable'],
    ['auto', absent, 'portable'],
    ['portable', real, 'portable'],
    ['real', real, 'real'],
  ])('%s', (wanted, load, implementation) => {
    expect(choose(wanted, { portable: () => portable, real: load })).toMatchObject({ implementation });
  });

  test('whoever insists on the real one hears why it does not run', () => {
    expect(() => choose('real', { portable: () => portable, real: absent })).toThrow('Unable to load');
    expect(() => choose('rael', { portable: () => portable, real })).toThrow('none of portable, real, auto');
  });

  test('what only the Rust add-on can do is refused loudly', async () => {
    expect(() => portable.buildSqlAndParams({})).toThrow('CUBEJS_TESSERACT_SQL_PLANNER=false');
    expect(() => portable.transpileJs([])).toThrow('CUBEJS_TRANSPILATION_NATIVE');
    await expect(portable.pythonLoadConfig('', { fileName: 'cube.py' })).rejects.toThrow('cube.js');
    await expect(new NativeInstance().loadPythonContext('globals.py')).rejects.toThrow('globals.py');
    expect(portable.isFallbackBuild()).toBe(true);
  });
});

describe('Jinja', () => {
  test('templates see each other, the compile context and Python words', async () => {
    const engine = new NativeInstance().newJinjaEngine({ filters: {}, workers: 1 });
    engine.loadTemplate('macros.jinja', '{% macro dim(name) %}- name: {{ name }}{% endmacro %}');
    engine.loadTemplate(
      'cube.yml',
      '{% from "macros.jinja" import dim %}{% for k, v in {"a": 1}.items() %}{{ dim(k) }}{% endfor %} {{ COMPILE_CONTEXT.tenant }}{% if True %}<{% endif %}',
    );
    await expect(engine.renderTemplate('cube.yml', { tenant: 't1' }, null)).resolves.toBe('- name: a t1<');
    engine.loadTemplate('bad.yml', '{% if %}');
    await expect(engine.renderTemplate('bad.yml', {}, null)).rejects.toThrow('bad.yml');
    await expect(engine.renderTemplate('none.yml', {}, null)).rejects.toThrow('has not been loaded');
  });
});

test('literals are taken out of statements for the log, even of broken ones', () => {
  expect(portable.redactSqlLiterals("select 'it''s', E'a\\'b', $$x$$ frm \"name\"")).toBe(
    "select 'redacted', 'redacted', 'redacted' frm \"name\"",
  );
});
