/**
 * Makes what the suite needs beside npm and prints the Python that has it; with `thrift` also the jars of Delta, one a line.
 * PLAYHEAD_SPARK_ENV says where the Python is kept.
 */
import { join } from 'node:path';
import { fetchJar } from '../maven.mjs';
import { Missing, makeEnvironment, printPrepared, run } from '../python-environment.mjs';

const version = '4.0.5';
const javaAtLeast = 17;
/** Delta for this Spark, by their paths in Maven Central and their SHA-256. */
const jars = {
  'io/delta/delta-spark_2.13/4.0.1/delta-spark_2.13-4.0.1.jar':
    'a1e76860b19fe1e6b205a4ea7a9099a2f9575d39bb71d49b3e679b299d0efb91',
  'io/delta/delta-storage/4.0.1/delta-storage-4.0.1.jar':
    'ecc42c5aaa51c423312d9e4e48aa4a12b34740bf2c37de0e8f279277ec3d12e4',
};

function findJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const told = run(`no Java ${javaAtLeast} or later`, java, '--version');
  const major = Number(/^\S+ (\d+)/.exec(told)?.[1]);
  if (!(major >= javaAtLeast))
    throw new Missing(`Spark ${version} needs Java ${javaAtLeast}, this is "${told.split('\n')[0]}"`);
}

printPrepared(() => {
  findJava();
  const python = makeEnvironment(`pyspark-${version}`, [`pyspark==${version}`], process.env.PLAYHEAD_SPARK_ENV);
  if (process.argv[2] !== 'thrift') return python;
  const folder = join(import.meta.dirname, '../../node_modules/.cache/delta-jars');
  return [python, ...Object.entries(jars).map(([path, sha256]) => fetchJar(path, sha256, folder))].join('\n');
});
