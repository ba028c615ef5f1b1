import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hideOptions, renameVariable } from '../../build/base-node.ts';
import { dropUnloadedSections } from '../../build/elf.ts';
import { nodeBinary, targets } from '../../build/targets.ts';

const target = targets.find((each) => each.host === 'linux-x64');
assert.ok(target !== undefined);
const node = readFileSync(nodeBinary(target));

describe('dropUnloadedSections', () => {
  const stripped = dropUnloadedSections(node);
  const tableOffset = Number(stripped.readBigUInt64LE(0x28));

  it('makes the file smaller by the symbols and leaves every loaded byte in its place', () => {
    assert.ok(stripped.length < node.length * 0.9);
    // Header fields 0x28 (table offset), 0x3c and 0x3e (table size, names) are the only changes.
    const headerChanges = [...node.subarray(0, 64).keys()].filter(
      (at) => node[at] !== stripped[at],
    );
    assert.ok(headerChanges.every((at) => (at >= 0x28 && at < 0x30) || at >= 0x3c));
    const loaded = lastSegmentEnd(node);
    assert.ok(node.subarray(64, loaded).equals(stripped.subarray(64, loaded)));
  });

  it('ends in a section table whose names are readable and whose links are in range', () => {
    const count = stripped.readUInt16LE(0x3c);
    assert.equal(stripped.length, tableOffset + count * 64);
    const names = sectionNames(stripped);
    assert.ok(names.includes('.text') && names.includes('.dynsym'));
    assert.ok(!names.includes('.symtab') && !names.some((name) => name.startsWith('.debug')));
    const link = (name: string): string | undefined => {
      const at = tableOffset + names.indexOf(name) * 64;
      return names[stripped.readUInt32LE(at + 40)];
    };
    assert.equal(link('.dynsym'), '.dynstr');
    assert.equal(link('.rela.plt'), '.dynsym');
  });

  it('changes nothing more the second time', () => {
    assert.ok(dropUnloadedSections(stripped).equals(stripped));
  });

  it('refuses what is no such file', () => {
    assert.throws(() => dropUnloadedSections(Buffer.alloc(100)), /not a 64-bit little-endian ELF/);
  });
});

describe('renameVariable', () => {
  it('replaces every occurrence and moves nothing', () => {
    const binary = Buffer.from('a\0NODE_DEBUG\0b env.NODE_DEBUG_NATIVE');
    assert.equal(renameVariable(binary, 'NODE_DEBUG'), 2);
    assert.equal(binary.toString(), 'a\0EPIL_DEBUG\0b env.EPIL_DEBUG_NATIVE');
  });

  it('fails when the name is not there', () => {
    assert.throws(() => renameVariable(Buffer.from('nothing'), 'NODE_DEBUG'), /NODE_DEBUG is not/);
  });
});

describe('hideOptions', () => {
  const options = ['--long-option', '--long-option='];
  const row = `\0${options.join('\0')}\0`;
  const load = Buffer.from([0x48, 0xb8]);

  it('changes the options that stand behind each other, numbers of them, and nothing else', () => {
    const binary = Buffer.concat([
      Buffer.from(`--long-option${row}(--long-option)`),
      load,
      Buffer.from('--long-op'),
    ]);
    hideOptions(binary, options);
    const hidden = row.replaceAll('--', '\x01\x01');
    const expected = [
      Buffer.from(`--long-option${hidden}(--long-option)`),
      load,
      Buffer.from('\x01\x01long-op'),
    ];
    assert.deepEqual(binary, Buffer.concat(expected));
  });

  it('fails where they are not there, or twice', () => {
    for (const text of ['nothing', '\0--long-option\0', row + row]) {
      assert.throws(() => hideOptions(Buffer.from(text), options), /--long-option is not once/);
    }
  });
});

function lastSegmentEnd(elf: Buffer): number {
  const start = Number(elf.readBigUInt64LE(0x20));
  const ends = Array.from({ length: elf.readUInt16LE(0x38) }, (_, index) => {
    const at = start + index * 56;
    return Number(elf.readBigUInt64LE(at + 8) + elf.readBigUInt64LE(at + 32));
  });
  return Math.max(...ends);
}

function sectionNames(elf: Buffer): string[] {
  const table = Number(elf.readBigUInt64LE(0x28));
  const namesAt = table + elf.readUInt16LE(0x3e) * 64;
  const names = Number(elf.readBigUInt64LE(namesAt + 24));
  return Array.from({ length: elf.readUInt16LE(0x3c) }, (_, index) => {
    const from = names + elf.readUInt32LE(table + index * 64);
    return elf.toString('latin1', from, elf.indexOf(0, from));
  });
}
