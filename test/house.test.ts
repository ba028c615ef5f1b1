/** The rules of the house that no compiler and no linter checks. */
import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../build/targets.ts';

const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const source = globSync('src/**/*.ts', { cwd: root }).sort();
const tests = globSync('test/**/*.ts', { cwd: root }).sort();
const build = globSync('build/**/*.{ts,mjs}', { cwd: root }).sort();
const migrations = readdirSync(join(root, 'migrations')).sort();

/** What each part of src may import beside itself; adapters meet only in app. */
const directions: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'ports.ts': [],
  'sql.d.ts': [],
  domain: ['errors.ts'],
  store: ['errors.ts', 'ports.ts', 'domain', 'migrations'],
  sources: ['errors.ts', 'ports.ts', 'domain'],
  mirror: ['errors.ts', 'ports.ts', 'domain'],
  config: ['errors.ts', 'ports.ts', 'domain'],
  oauth: ['errors.ts', 'ports.ts', 'domain'],
  platform: ['errors.ts', 'ports.ts'],
  app: [
    ...['errors.ts', 'ports.ts', 'domain'],
    ...['store', 'sources', 'mirror', 'config', 'oauth'],
  ],
  cli: ['errors.ts', 'domain', 'app'],
  'main.ts': ['cli', 'app', 'platform'],
};

/** The relative paths that a file imports, statically, lazily or as a type. */
function imports(file: string): string[] {
  const found = text(file).matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(root, resolve(root, dirname(file), match[1] ?? '')));
}

/** The part that a file belongs to: a folder or a file of src, else the top-level folder. */
function part(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? second : top;
}

function lines(file: string): number {
  return text(file).trimEnd().split('\n').length;
}

describe('src', () => {
  it('has only the parts it was designed with', () => {
    assert.deepEqual(
      source.map(part).filter((each) => !(each in directions)),
      [],
    );
  });

  it('imports one way only', () => {
    const wrong = source.flatMap((file) =>
      imports(file)
        .filter((each) => part(each) !== part(file))
        .filter((each) => !directions[part(file)]?.includes(part(each)))
        .map((each) => `${file} imports ${each}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('is not imported by the build', () => {
    assert.deepEqual(
      build.flatMap(imports).filter((each) => each.startsWith('src')),
      [],
    );
  });

  it('has no clock in the domain: now is a parameter', () => {
    const domain = source.filter((file) => part(file) === 'domain');
    const reads = /\bDate\.now\b|\bnew Date\(\)|\bperformance\b/;
    assert.deepEqual(
      domain.filter((file) => reads.test(text(file))),
      [],
    );
  });

  it('can be bundled as CommonJS', () => {
    const forbidden = /\bimport\.meta\b|\b__dirname\b|\b__filename\b|^await\b/m;
    assert.deepEqual(
      source.filter((file) => forbidden.test(text(file))),
      [],
    );
  });
});

describe('files', () => {
  it('are at most 200 lines long, tests 300', () => {
    const tooLong = [
      ...[...source, ...build].filter((file) => lines(file) > 200),
      ...tests.filter((file) => lines(file) > 300),
    ];
    assert.deepEqual(
      tooLong.map((file) => `${file}: ${lines(file)}`),
      [],
    );
  });

  it('are named by kebab-case nouns that say what is in them', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|types|manager|misc|index)\./;
    const all = [...source, ...tests, ...build];
    const names = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|mjs)$/;
    const wrong = all.filter(
      (file) => vague.test(file) || !names.test(file.split('/').at(-1) ?? ''),
    );
    assert.deepEqual(wrong, []);
  });

  it('have every property test start from the one seed', () => {
    const own = tests.filter((file) => file !== 'test/property.ts');
    assert.deepEqual(
      own.filter((file) => /^import fc\b.* from 'fast-check'/m.test(text(file))),
      [],
    );
  });

  it('hide no error: no catch is empty', () => {
    const empty = /\bcatch\s*(\([^)]*\)\s*)?\{\s*(\/\/[^\n]*\s*|\/\*.*?\*\/\s*)*\}/s;
    assert.deepEqual(
      [...source, ...tests, ...build].filter((file) => empty.test(text(file))),
      [],
    );
  });

  it('change no mode or owner by a path, behind which another file may stand by then', () => {
    const named = /\b(?:l?chmod|l?chown)(?:Sync)?\(/;
    assert.deepEqual(
      source.filter((file) => named.test(text(file))),
      [],
    );
  });

  it('stand alone: nothing refers to where, or with what, they were written', () => {
    const places = [
      '/wo' + 'rk/',
      '/tmp/sp' + 'ec',
      'DES' + 'IGN',
      'CONT' + 'RACT',
      'RELI' + 'ABILITY',
    ];
    const more = ['REAL-CLI' + 'ENTS', 'STYLE' + '.md', 'BUILD' + '.md', 'SEED' + '.md'];
    const words = [...places, ...more];
    const config = ['package.json', 'biome.json', '.gitattributes', '.npmrc', '.ci/run'];
    const all = [...source, ...tests, ...build, ...migrations.map((name) => `migrations/${name}`)];
    const wrong = [...all, ...config].flatMap((file) =>
      words.filter((word) => text(file).includes(word)).map((word) => `${file}: ${word}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('at the top are only those with a purpose', () => {
    const folders = ['src', 'migrations', 'build', 'test', 'dist', 'node_modules'];
    const documents = ['README.md', 'CHANGELOG.md', 'LICENSE'];
    const tools = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json'];
    const known = [...folders, ...documents, ...tools];
    const present = readdirSync(root).filter((name) => !name.startsWith('.'));
    assert.deepEqual(
      present.filter((name) => !known.includes(name)),
      [],
    );
  });
});

describe('migrations', () => {
  it('are numbered without a gap and begin with the reason for them', () => {
    migrations.forEach((name, index) => {
      assert.match(name, new RegExp(`^${String(index + 1).padStart(4, '0')}_[a-z0-9_]+\\.sql$`));
      assert.match(text(`migrations/${name}`), /^-- \S.{20}/, name);
    });
  });

  it('are all imported by the store, in their order', () => {
    const imported = imports('src/store/migrations.ts').filter((each) => each.endsWith('.sql'));
    assert.deepEqual(
      imported,
      migrations.map((name) => `migrations/${name}`),
    );
  });
});

describe('dependencies', () => {
  const manifest = JSON.parse(text('package.json'));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const all: Record<string, string> = {
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  };

  it('are pinned to one version', () => {
    const pinned = /^(npm:[^ ]+@)?\d+\.\d+\.\d+$/;
    assert.deepEqual(
      Object.entries(all).filter(([, version]) => !pinned.test(version)),
      [],
    );
  });

  it('have a line in the table of README.md that says why', () => {
    const table = text('README.md')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const missing = Object.keys(all).filter((name) => !table.some((line) => line.includes(name)));
    assert.deepEqual(missing, []);
  });

  it('are all used', () => {
    const code = [...source, ...build, ...tests].map(text).join('\n');
    const unused = Object.keys(dependencies).filter((name) => !code.includes(`'${name}'`));
    assert.deepEqual(unused, []);
  });
});
