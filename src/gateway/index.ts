/** The GraphQL gateway: schema.graphql answered from Cube's REST API, and the dashboard's files. */
export { type Gateway, type GatewayOptions, loadSchema, startGateway } from './server.js';
