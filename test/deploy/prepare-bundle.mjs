/** Makes what asset_bundle.py needs and prints the Python that has it. */
import { makeEnvironment, printPrepared } from '../python-environment.mjs';

const packages = ['databricks-bundles==1.22.1', 'pyyaml==6.0.2'];

printPrepared(() => makeEnvironment('databricks-bundles-1', packages));
