import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { longName } from '../../src/cli/parse.ts';
import { absent, completions, ShellHome, scriptOf } from './completion-script.ts';

const script = await scriptOf('zsh');

/**
 * zsh completes in its line editor only, so the function is called with what it is given there, and
 * what it calls is replaced by something that prints.
 */
function offered(home: ShellHome, words: readonly string[]): string[] {
  const list = ['epiloop', ...words].map((word) => `'${word}'`).join(' ');
  const program = `
    compdef() { :; }
    compset() { :; }
    compadd() { shift; print -l -- "$@"; }
    _describe() {
      local list=\${@[-1]} each
      for each in "\${(@P)list}"; do print -r -- "\${each%%:*}"; done
    }
    source "$SCRIPT"
    words=(${list}) CURRENT=${words.length + 1}
    _epiloop
    exit 0`;
  const out = home.run(['zsh', '-f', '-s'], program);
  const typed = words.at(-1) ?? '';
  const found = out.split('\n').filter((word) => word !== '' && word.startsWith(typed));
  return found.sort();
}

describe('completion zsh', () => {
  const skip = absent('zsh');
  for (const [typed, expected] of completions) {
    test(typed, { skip }, () => {
      using home = new ShellHome(script);
      assert.deepEqual(offered(home, typed.split(' ')), expected);
    });
  }
});

test('begins as the completion system asks, and names every option with its summary', async () => {
  assert.ok(script.startsWith('#compdef epiloop\n'));
  for (const { name, command } of await catalogue()) {
    const place = script.split(`\n    ('${name}')\n`)[1]?.split(') ;;')[0] ?? '';
    for (const option of command.options) {
      const line = `'${longName(option)}:${option.summary.replaceAll("'", "'\\''")}'`;
      assert.ok(place.includes(line), line);
    }
  }
});
