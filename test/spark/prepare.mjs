/** Makes what the suite needs beside npm and prints the Python that has it. PLAYHEAD_SPARK_ENV says where it is kept. */
import { join } from 'node:path';
import { Missing, makeEnvironment, printPrepared, run } from '../python-environment.mjs';

const version = '4.0.5';
const javaAtLeast = 17;

function findJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const told = run(`no Java ${javaAtLeast} or later`, java, '--version');
  const major = Number(/^\S+ (\d+)/.exec(told)?.[1]);
  if (!(major >= javaAtLeast))
    throw new Missing(`Spark ${version} needs Java ${javaAtLeast}, this is "${told.split('\n')[0]}"`);
}

printPrepared(() => {
  findJava();
  return makeEnvironment(`pyspark-${version}`, [`pyspark==${version}`], process.env.PLAYHEAD_SPARK_ENV);
});
