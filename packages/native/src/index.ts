/**
 * What Cube gets when it asks for `@cubejs-backend/native`: its Rust add-on where the binary is installed, else the
 * portable implementation. `implementation` and `implementationReason` tell which one and why.
 */
import { createRequire } from 'node:module';
import { choose } from './choose.js';
import { setupLogger as keepLogger, logEvent } from './logger.js';

const load = createRequire(__filename);

const { native, implementation, reason } = choose(process.env['PLAYHEAD_NATIVE'], {
  portable: () => load('./portable.js'),
  real: () => load('cube-native-upstream'),
});

export { implementation, reason as implementationReason };

export const setupLogger: typeof native.setupLogger = (logger, logLevel, isProduction) => {
  native.setupLogger(logger, logLevel, isProduction);
  keepLogger(logger);
  logEvent({ type: 'Native add-on', implementation, reason });
};

export const {
  NativeInstance,
  ResultArrayWrapper,
  ResultMultiWrapper,
  ResultWrapper,
  buildSqlAndParams,
  execSql,
  getCubestoreResult,
  isFallbackBuild,
  loadNative,
  parseCubestoreResultMessage,
  pythonLoadConfig,
  redactSqlLiterals,
  registerInterface,
  resetLogger,
  rest4sql,
  rowsToColumnar,
  shutdownInterface,
  sql4sql,
  transpileJs,
  transpileYaml,
} = native;
