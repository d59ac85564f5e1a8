/** The GraphQL gateway: schema.graphql answered from Cube's REST API, and the dashboard's files. */
export { loadSchema } from './apollo.js';
export { type Gateway, type GatewayOptions, startGateway } from './server.js';
export type {
  Acknowledgement,
  AlertEvent,
  AlertQuery,
  AlertRecord,
  AlertState,
  AlertStore,
  Services,
  SessionExplanation,
} from './services.js';
