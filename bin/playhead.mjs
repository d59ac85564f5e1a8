#!/usr/bin/env node
/** The `playhead` command. In a checkout it builds what is stale first; a published package carries dist/ and no src/. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entry = join(root, 'dist', 'cli', 'main.js');

const newest = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .reduce((latest, file) => Math.max(latest, statSync(join(file.parentPath, file.name)).mtimeMs), 0);

function isStale() {
  if (!existsSync(join(root, 'src'))) return false;
  if (!existsSync(entry)) return true;
  return Math.max(newest(join(root, 'src')), newest(join(root, 'packages', 'native', 'src'))) > statSync(entry).mtimeMs;
}

if (isStale()) {
  const { buildAll } = await import('../scripts/build.mjs');
  await buildAll();
}
await import(entry);
