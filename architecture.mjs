/**
 * Who may know whom (DESIGN.md section 8). Read by the lint rule, by the picture in docs/architecture.md and by people.
 * A folder may import itself, `errors`, and what stands here; nothing else under src/.
 */
export const mayKnow = {
  errors: [],
  metrics: [],
  sql: [],
  delta: [],
  config: [],
  tables: ['metrics'],
  events: ['sql', 'tables', 'metrics', 'config'],
  sessionize: ['sql', 'tables', 'metrics', 'config'],
  engagement: ['sql', 'tables', 'metrics', 'config'],
  experiments: ['sql', 'tables', 'metrics', 'config'],
  quality: ['sql', 'tables', 'metrics', 'config'],
  alerts: ['warehouse', 'sql', 'tables', 'metrics', 'config'],
  schedule: ['delta'],
  warehouse: ['delta', 'sql'],
  s3: ['delta'],
  explain: ['sessionize', 'engagement', 'warehouse', 'sql', 'tables', 'config'],
  validate: ['warehouse', 'sql', 'tables'],
  job: [
    'events',
    'sessionize',
    'engagement',
    'experiments',
    'quality',
    'warehouse',
    'delta',
    'sql',
    'tables',
    'metrics',
    'config',
  ],
  simulate: ['events', 'job', 'warehouse', 'sql', 'tables', 'config'],
  cube: ['config', 'warehouse', 'tables', 'sql'],
  gateway: ['config', 'metrics'],
  figures: [],
  charts: ['figures'],
  dashboard: ['charts', 'figures'],
  reports: ['charts', 'figures'],
  cli: ['*'],
};

/** The sentence each rule stands for; dependency-cruiser prints it. */
export const because = {
  events: 'events know the words and build SQL; they do not know which engine runs it',
  sessionize: 'sessionize knows the words and builds SQL; it does not know which engine runs it',
  engagement: 'engagement knows the words and builds SQL; it does not know which engine runs it',
  experiments: 'experiments know the words, build SQL and do arithmetic; they do not know which engine runs it',
  quality: 'quality knows the words and builds SQL; it does not know which engine runs it',
  alerts: 'alerts look at the tables of a run that they are told; they know neither the job nor the gateway',
  schedule: 'the schedule runs steps that it is handed, and knows none of them',
  delta: 'delta knows files and the protocol, nothing of video and of any engine',
  explain: 'explain runs the steps once more for one user; it is told which run is served',
  validate: 'validate compares rows and asks nobody how they came about',
  warehouse: 'warehouse knows engines and Delta, nothing of video',
  s3: 's3 knows object stores and what a Delta log asks of one',
  cube: 'cube runs Cube and knows nothing of the gateway',
  gateway: 'gateway asks Cube over its API, never the tables',
  figures:
    'figures write numbers as people read them and name the sizes of drawings; they need no library, so that a first screen is light',
  charts: 'charts turn plain data into drawings; they ask nobody and need no browser',
  reports: 'reports ask the gateway, never Cube and never the tables',
  dashboard: 'the dashboard asks the gateway, never Cube',
};

/** Packages that stay in one folder each. */
export const home = {
  aws4fetch: ['s3'],
  '@duckdb/node-api': ['warehouse'],
  '@databricks/sql': ['warehouse'],
  '@cubejs-backend/server': ['cube'],
  '@cubejs-backend/server-core': ['cube'],
  '@cubejs-backend/duckdb-driver': ['cube'],
  '@apollo/server': ['gateway'],
  graphql: ['gateway'],
  hyparquet: ['delta'],
  'hyparquet-writer': ['delta'],
  commander: ['cli'],
  jstat: ['experiments'],
  nodemailer: ['alerts'],
  // `figures` takes a type from it.
  '@observablehq/plot': ['charts', 'figures'],
  linkedom: ['reports'],
};
