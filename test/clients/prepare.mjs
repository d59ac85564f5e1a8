/** Makes what one kind of client needs and prints where it is: `node prepare.mjs python` and `odbc` (a Python), `jdbc` (the driver's jar). */
import { join } from 'node:path';
import { fetchJar } from '../maven.mjs';
import { Missing, makeEnvironment, printPrepared, run } from '../python-environment.mjs';

const packages = [
  'psycopg2-binary==2.9.10',
  'psycopg[binary]==3.2.9',
  'asyncpg==0.30.0',
  'SQLAlchemy==2.0.41',
  'pandas==2.2.3',
];
const driver = 'org/postgresql/postgresql/42.7.7/postgresql-42.7.7.jar';
const driverSha256 = '157963d60ae66d607e09466e8c0cdf8087e9cb20d0159899ffca96bca2528460';

/** psqlODBC has to be there already (Debian: odbc-postgresql): a program cannot bring it along. */
function odbcPython() {
  const drivers = run('no unixODBC (Debian: unixodbc)', 'odbcinst', '-q', '-d');
  if (!drivers.includes('[PostgreSQL Unicode]')) throw new Missing('no psqlODBC (Debian: odbc-postgresql)');
  const python = makeEnvironment('clients-odbc-1', ['pyodbc==5.2.0']);
  run('pyodbc does not run here', python, '-c', 'import pyodbc');
  return python;
}

const kinds = {
  odbc: odbcPython,
  python: () => makeEnvironment('clients-1', packages),
  jdbc: () => {
    run('no Java', 'java', '--version');
    return fetchJar(driver, driverSha256, join(import.meta.dirname, '../../node_modules/.cache/clients-jars'));
  },
};

printPrepared(() => {
  const make = kinds[process.argv[2]];
  if (make === undefined) throw new Missing(`name one of: ${Object.keys(kinds).join(', ')}`);
  return make();
});
