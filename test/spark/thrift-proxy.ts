import { connections, DBSQLClient } from '@databricks/sql';
import {
  executeRequestForSpark,
  metadataOfSpark,
  sessionAnswerOfSpark,
  sessionRequestForSpark,
  statusOfSpark,
} from '../../src/warehouse/spark/open-spark.js';
import { type Served, serveThrift } from '../warehouse/serve-thrift.js';

/** Plain HTTP, and the name that an open Spark wants to hear. */
class PlainClient extends DBSQLClient {
  readonly #provider;

  constructor(port: number) {
    super({ logger: { log: () => undefined } });
    const headers = { Authorization: `Basic ${Buffer.from('proxy:none').toString('base64')}` };
    this.#provider = new connections.HttpConnection(
      { host: '127.0.0.1', port, path: 'cliservice', https: false, headers },
      this,
    );
  }

  override async getConnectionProvider() {
    return this.#provider;
  }
}

type Wire = Awaited<ReturnType<DBSQLClient['getDriver']>>;

/**
 * Makes an open Spark look like a Databricks warehouse to the driver: over TLS, with parameters. What it cannot show: Arrow
 * results, OAuth, Unity Catalog, the retries of a warehouse.
 */
export async function startThriftProxy(sparkPort: number): Promise<Served> {
  const wire: Wire = await new PlainClient(sparkPort).getDriver();
  const put = {
    OpenSession: async (request: Parameters<Wire['openSession']>[0]) =>
      sessionAnswerOfSpark(await wire.openSession(sessionRequestForSpark(request))),
    ExecuteStatement: async (request: Parameters<Wire['executeStatement']>[0]) =>
      wire.executeStatement(executeRequestForSpark(request)),
    GetResultSetMetadata: async (request: Parameters<Wire['getResultSetMetadata']>[0]) =>
      metadataOfSpark(await wire.getResultSetMetadata(request)),
    GetOperationStatus: async (request: Parameters<Wire['getOperationStatus']>[0]) =>
      statusOfSpark(await wire.getOperationStatus(request)),
    // Passed on as they are.
    CloseSession: async (request: Parameters<Wire['closeSession']>[0]) => wire.closeSession(request),
    FetchResults: async (request: Parameters<Wire['fetchResults']>[0]) => wire.fetchResults(request),
    CancelOperation: async (request: Parameters<Wire['cancelOperation']>[0]) => wire.cancelOperation(request),
    CloseOperation: async (request: Parameters<Wire['closeOperation']>[0]) => wire.closeOperation(request),
  };
  return serveThrift(put);
}
