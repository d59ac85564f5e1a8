/** Jinja in model files, by nunjucks. */
export { type JinjaEngine, type JinjaEngineOptions, NativeInstance, newJinjaEngine } from './engine.js';
