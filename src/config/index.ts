/** The one configuration file: read once, checked with zod, handed down. */
export {
  type DefinitionChange,
  type Definitions,
  type DefinitionValue,
  definitionChanges,
  definitionsText,
  describeChanges,
  readDefinitions,
} from './definitions.js';
export { type ConfigOverrides, loadConfig } from './load.js';
export {
  type AlertsConfig,
  type Config,
  configSchema,
  type EngagementConfig,
  type EngineConfig,
  type ExperimentsConfig,
  type Mapping,
  mappingSchema,
  type QualityConfig,
  type QualityRuleConfig,
  type ReportConfig,
  type Role,
  retentionBucketCountMax,
  roles,
  type ScheduleConfig,
  type SessionizationConfig,
  type SinkConfig,
  type SqlUser,
} from './schema.js';
