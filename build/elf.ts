/**
 * Drops from a 64-bit little-endian ELF executable every section that is not loaded at run time:
 * symbols, debug information, comments. Program headers and loaded bytes stay as they are.
 * Source of the layout: System V ABI, chapters "Object Files" and "Section Header".
 */
const headerSize = 64;
const entrySize = 64;
const flagAlloc = 2n;
const typeNoBits = 8;
const typeStrings = 3;

interface Section {
  readonly index: number;
  readonly name: string;
  readonly bytes: Buffer;
}

const at = {
  tableOffset: 0x28,
  programOffset: 0x20,
  programCount: 0x38,
  tableCount: 0x3c,
  namesIndex: 0x3e,
} as const;

const field = { name: 0, type: 4, flags: 8, offset: 24, size: 32, link: 40, info: 44 } as const;

/** `elf` without its unloaded sections, as a new buffer. Throws if it is no such ELF file. */
export function dropUnloadedSections(elf: Buffer): Buffer {
  if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) {
    throw new Error('not a 64-bit little-endian ELF file');
  }
  const all = sections(elf);
  const kept = all.filter((each) => each.index === 0 || isLoaded(each));
  const loaded = elf.subarray(0, loadedEnd(elf, kept));
  const names = nameTable(kept);
  const renumbered = new Map(kept.map((each, index) => [each.index, index]));
  const table = kept.map((each) => renumber(each, renumbered, names.offsets));
  table.push(stringTableEntry(names, loaded.length));
  const padding = Buffer.alloc((16 - ((loaded.length + names.bytes.length) % 16)) % 16);
  const header = Buffer.from(loaded.subarray(0, headerSize));
  const tableOffset = loaded.length + names.bytes.length + padding.length;
  header.writeBigUInt64LE(BigInt(tableOffset), at.tableOffset);
  header.writeUInt16LE(table.length, at.tableCount);
  header.writeUInt16LE(table.length - 1, at.namesIndex);
  return Buffer.concat([header, loaded.subarray(headerSize), names.bytes, padding, ...table]);
}

function sections(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(at.tableOffset));
  const count = elf.readUInt16LE(at.tableCount);
  const entry = (index: number): Buffer =>
    elf.subarray(start + index * entrySize, start + (index + 1) * entrySize);
  const names = Number(entry(elf.readUInt16LE(at.namesIndex)).readBigUInt64LE(field.offset));
  return Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.from(entry(index));
    const from = names + bytes.readUInt32LE(field.name);
    return { index, name: elf.toString('latin1', from, elf.indexOf(0, from)), bytes };
  });
}

function isLoaded(section: Section): boolean {
  return (section.bytes.readBigUInt64LE(field.flags) & flagAlloc) !== 0n;
}

/** Where the last byte ends that a segment or a kept section needs. */
function loadedEnd(elf: Buffer, kept: readonly Section[]): number {
  const start = Number(elf.readBigUInt64LE(at.programOffset));
  const count = elf.readUInt16LE(at.programCount);
  const segments = Array.from({ length: count }, (_, index) => {
    const from = start + index * 56;
    return Number(elf.readBigUInt64LE(from + 8) + elf.readBigUInt64LE(from + 32));
  });
  const ends = kept
    .filter((each) => each.bytes.readUInt32LE(field.type) !== typeNoBits)
    .map(({ bytes }) =>
      Number(bytes.readBigUInt64LE(field.offset) + bytes.readBigUInt64LE(field.size)),
    );
  return Math.max(headerSize, ...segments, ...ends);
}

interface NameTable {
  readonly bytes: Buffer;
  readonly offsets: ReadonlyMap<string, number>;
}

const ownName = '.shstrtab';

function nameTable(kept: readonly Section[]): NameTable {
  const offsets = new Map<string, number>();
  let text = '';
  for (const name of [...kept.map((each) => each.name), ownName]) {
    if (offsets.has(name)) continue;
    offsets.set(name, text.length);
    text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, 'latin1'), offsets };
}

/** A section's entry with its name, and the section numbers it holds, as they are in the new table. */
function renumber(
  section: Section,
  indexes: ReadonlyMap<number, number>,
  names: ReadonlyMap<string, number>,
): Buffer {
  const bytes = Buffer.from(section.bytes);
  bytes.writeUInt32LE(names.get(section.name) ?? 0, field.name);
  bytes.writeUInt32LE(indexes.get(bytes.readUInt32LE(field.link)) ?? 0, field.link);
  const infoIsSection = (bytes.readBigUInt64LE(field.flags) & 0x40n) !== 0n;
  if (infoIsSection)
    bytes.writeUInt32LE(indexes.get(bytes.readUInt32LE(field.info)) ?? 0, field.info);
  return bytes;
}

function stringTableEntry(names: NameTable, offset: number): Buffer {
  const bytes = Buffer.alloc(entrySize);
  bytes.writeUInt32LE(names.offsets.get(ownName) ?? 0, field.name);
  bytes.writeUInt32LE(typeStrings, field.type);
  bytes.writeBigUInt64LE(BigInt(offset), field.offset);
  bytes.writeBigUInt64LE(BigInt(names.bytes.length), field.size);
  bytes.writeBigUInt64LE(1n, 48);
  return bytes;
}
