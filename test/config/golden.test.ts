import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromExtract, toExtract } from '../../src/config/extract.ts';
import { Folder, hash, read } from './folder.ts';

const cases = join(import.meta.dirname, '..', 'golden');

/** The config of a recorded case of the gateway, or undefined where it had none. */
function configOf(name: string): string | undefined {
  const inputs = JSON.parse(readFileSync(join(cases, name, 'inputs.json'), 'utf8'));
  return inputs.files['.epiloop/epiloop.json'];
}

function caseRead(name: string) {
  using folder = new Folder({ 'epiloop.json': configOf(name) ?? '' });
  return read(folder);
}

const names = readdirSync(cases).filter((name) => /^\d/.test(name));

for (const name of names.filter((it) => configOf(it) !== undefined && !it.startsWith('18'))) {
  test(`${name} reads, directly and through its extract`, () => {
    const direct = caseRead(name);
    const again = fromExtract(toExtract(direct), () => undefined, hash);
    assert.deepEqual(again?.config.auth, direct.config.auth);
    assert.deepEqual(again?.config.agents, direct.config.agents);
    assert.deepEqual(again?.upgrade, direct.upgrade);
  });
}

test('07: the mode `token` of the Claude login waits for its upgrade', () => {
  const { upgrade } = caseRead('07-config-token-stored-oauth');
  assert.deepEqual(upgrade?.keys, ['auth', 'profiles', 'anthropic:claude-cli', 'mode']);
});

test('11: the agents, of which the second is the default', () => {
  const { list } = caseRead('11-agents-list-default').config.agents;
  assert.deepEqual(
    list.map((agent) => [agent.id, agent.default]),
    [
      ['main', false],
      ['work', true],
    ],
  );
});

test('18 and 18b are refused', () => {
  for (const name of ['18-config-invalid', '18b-config-unparsable']) {
    assert.throws(() => caseRead(name), { code: 'config_invalid', exitCode: 78 });
  }
});

test('19: a key in the config', () => {
  const openai = caseRead('19-models-json-key').config.providers.get('openai');
  assert.equal(openai?.baseUrl, 'https://api.openai.com/v1');
  assert.equal(openai?.apiKey?.secret?.reveal(), 'sk-proj-FAKEconfigkey000');
});
