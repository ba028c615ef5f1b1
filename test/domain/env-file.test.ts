import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import { upsert, valueIn } from '../../src/domain/env-file.ts';
import fc from '../property.ts';

const NAME = 'OPENAI_API_KEY';
const KEY = 'sk-proj-Ab3_-';

describe('a variable set in a .env file', () => {
  const table: readonly [what: string, before: string, after: string, value?: string][] = [
    ['an empty file', '', `${NAME}=${KEY}\n`],
    [
      'other lines stay',
      '# mine\nA=1 # one\n\nB="x y"\n',
      `# mine\nA=1 # one\n\nB="x y"\n${NAME}=${KEY}\n`,
    ],
    ['no line end at the end', 'A=1', `A=1\n${NAME}=${KEY}\n`],
    ['CRLF', `A=1\r\n${NAME}=old\r\nB=2\r\n`, `A=1\r\n${NAME}=${KEY}\r\nB=2\r\n`],
    ['CRLF, new', 'A=1\r\n', `A=1\r\n${NAME}=${KEY}\r\n`],
    ['export stays', `export ${NAME}=old\nB=2`, `export ${NAME}=${KEY}\nB=2`],
    [
      'white space and the comment stay',
      `  ${NAME} =  old   # why\n`,
      `  ${NAME} =  ${KEY}   # why\n`,
    ],
    ['quotes go where none are needed', `${NAME}="old one" # why\n`, `${NAME}=${KEY} # why\n`],
    ['a value of several lines', `${NAME}='a\r\nb'\r\nB=2\r\n`, `${NAME}=${KEY}\r\nB=2\r\n`],
    ['an empty value', `${NAME}=\nB=2\n`, `${NAME}=${KEY}\nB=2\n`],
    ['an empty value with a comment', `${NAME}= # soon\n`, `${NAME}=${KEY} # soon\n`],
    ['a colon', `${NAME}: old\n`, `${NAME}: ${KEY}\n`],
    ['the last of several counts', `${NAME}=a\n${NAME}=b\n`, `${NAME}=a\n${NAME}=${KEY}\n`],
    ['one that is commented out is none', `# ${NAME}=old\n`, `# ${NAME}=old\n${NAME}=${KEY}\n`],
    [
      'a longer name is another',
      `MY_${NAME}=a\n${NAME}_2=b\n`,
      `MY_${NAME}=a\n${NAME}_2=b\n${NAME}=${KEY}\n`,
    ],
    ['one inside of quotes is none', `A='\n${NAME}=x\n'\n`, `A='\n${NAME}=x\n'\n${NAME}=${KEY}\n`],
    ['what would swallow it at the end', 'A:\n', `${NAME}=${KEY}\nA:\n`],
    ['a byte order mark', '\ufeffA:', `\ufeff${NAME}=${KEY}\nA:`],
    ['the same again', `${NAME}='${KEY}'`, `${NAME}='${KEY}'`],
    ['what a comment would cut', '', `${NAME}='a#b'\n`, 'a#b'],
    ['what a shell would expand', '', `${NAME}='a$b'\n`, 'a$b'],
    ['one quote', '', `${NAME}="a'b#"\n`, "a'b#"],
    ['two kinds of quotes', '', `${NAME}=\`a'b"#\`\n`, `a'b"#`],
    ['line ends', '', `${NAME}='a\nb'\n`, 'a\nb'],
    ['a carriage return', '', `${NAME}="a\\rb"\n`, 'a\rb'],
  ];
  for (const [what, before, after, value = KEY] of table) {
    test(what, () => {
      const result = upsert(before, NAME, value);
      assert.equal(result, after);
      assert.deepEqual(parse(after), { ...parse(before), [NAME]: value });
      assert.equal(valueIn(after, NAME), value);
    });
  }

  test('that no spelling carries is not written', () => {
    assert.equal(upsert('', NAME, `a'b"c\`#\n`), undefined);
  });
});

const piece = fc.constantFrom(
  ...[
    'A',
    'B',
    NAME,
    'export ',
    '=',
    ': ',
    ':',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '#',
    ' # ',
    '"',
    "'",
  ],
  ...['`', '\\', '\\n', '\\"', 'x', 'old', '\u2028', '\ufeff', `${NAME}=`, `\n${NAME}=`, 'é', '$'],
);
const anyText = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
const printable = fc.stringMatching(/^[!-~]{1,40}$/);

describe('whatever the file says', () => {
  test('dotenv reads what it read before, and exactly the new value', () => {
    let written = 0;
    fc.assert(
      fc.property(anyText, fc.oneof(printable, anyText), (text, value) => {
        const after = upsert(text, NAME, value);
        if (after === undefined) return;
        written += 1;
        assert.deepEqual(parse(after), { ...parse(text), [NAME]: value });
      }),
      { numRuns: 3000 },
    );
    assert.ok(written > 2000, `only ${written} were written`);
  });

  test('a key of an API is always written, and no other byte changes', () => {
    fc.assert(
      fc.property(anyText, fc.stringMatching(/^[\w.-]{8,40}$/), (text, value) => {
        const after = upsert(text, NAME, value) ?? assert.fail('not written');
        assert.ok(isOneSplice(text, after, value), JSON.stringify([text, after]));
      }),
      { numRuns: 3000 },
    );
  });

  test('our reading of it is dotenv’s', () => {
    fc.assert(
      fc.property(anyText, (text) => assert.equal(valueIn(text, NAME), parse(text)[NAME])),
      { numRuns: 3000 },
    );
  });
});

/** `after` is `before` with one stretch put in the place of another, and the value in it. */
function isOneSplice(before: string, after: string, value: string): boolean {
  if (before === after) return true;
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const added = after.slice(head, after.length - tail);
  return added.length <= value.length + NAME.length + 5;
}
