/** Makes the Python environment that this suite needs and prints its Python; where it is not to be had, the reason, and ends with 1. */
import { makeEnvironment, printPrepared } from '../python-environment.mjs';

const packages = ['schemathesis==4.32.5', 'hypothesis-graphql==0.13.5', 'clairvoyance==2.5.5'];

printPrepared(() => makeEnvironment('gateway-suites-1', packages));
