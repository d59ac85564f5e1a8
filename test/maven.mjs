/** Jars of Maven Central for suites that need them: fetched once, checked by their SHA-256. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Missing, run } from './python-environment.mjs';

/** The jar's place on this disk. @param path its path in Maven Central */
export function fetchJar(path, sha256, folder) {
  mkdirSync(folder, { recursive: true });
  const place = join(folder, path.split('/').at(-1));
  const isWhole = () => createHash('sha256').update(readFileSync(place)).digest('hex') === sha256;
  if (existsSync(place) && isWhole()) return place;
  const address = `https://repo1.maven.org/maven2/${path}`;
  const how = ['--fail', '--silent', '--show-error', '--location', '--retry', '2', '--max-time', '120'];
  run(`Maven Central does not give ${path}`, 'curl', ...how, '--output', place, address);
  if (!isWhole()) throw new Missing(`${address} is not the file that it was`);
  return place;
}
