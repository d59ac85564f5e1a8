import { because, home, mayKnow } from './architecture.mjs';

const allowed = folder => [folder, 'errors', ...mayKnow[folder]];

const boundaries = Object.keys(mayKnow)
  .filter(folder => !mayKnow[folder].includes('*'))
  .map(folder => ({
    name: `${folder}-knows-only-its-own`,
    comment: because[folder] ?? `${folder} may know: ${mayKnow[folder].join(', ') || 'nobody else'}`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: '^(src|packages)/', pathNot: `^src/(${allowed(folder).join('|')})/` },
  }));

const homes = Object.entries(home).map(([name, folders]) => ({
  name: `${name}-stays-home`,
  comment: `${name} is used in ${folders.join(', ')} only`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${folders.join('|')})/` },
  to: { path: `^node_modules/${name}/` },
}));

export default {
  forbidden: [
    ...boundaries,
    ...homes,
    {
      name: 'only-the-public-face',
      comment: 'a folder is entered by its index.ts only',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'native-knows-no-video',
      comment: 'the stand-in for the native add-on knows nothing of the rest of Playhead',
      severity: 'error',
      from: { path: '^packages/native/' },
      to: { path: '^src/' },
    },
    { name: 'no-cycles', comment: 'dependencies point one way', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'every import resolves',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
