/** The rows of the bench that run in a process with src in it; prints them as JSON. */
import { gainRow, type Row, ratioRow } from '../../build/bench/rows.ts';
import { measurePublishing } from './publishing.ts';
import { measureUpdates } from './updates.ts';
import { measureWriters } from './writers.ts';

function updateRow(): Row {
  const { ratio, large, small } = measureUpdates({ small: 10, large: 100_000 });
  const detail = `${large.toFixed(2)} to ${small.toFixed(2)} ms`;
  const what = 'one usage update at 100,000 profiles, in process';
  return ratioRow({ what, budget: 1.5, peer: 'the same at 10 profiles' }, ratio, detail);
}

async function publishingRow(): Promise<Row> {
  const found = await measurePublishing(1000);
  const [ours, durable, plain, whole] = [found.ours, found.durable, found.plain, found.whole].map(
    (ms) => ms.toFixed(0),
  );
  const detail =
    `${ours} to ${durable} ms; to a plain overwrite ${found.toPlain.toFixed(1)} ×, ` +
    `${plain} ms; with lock, store and merge base ${whole} ms`;
  const what = 'publishing a mirror of 1,000 profiles (read, render, write), in process';
  const peer = 'read, change, write beside, fsync, rename';
  return ratioRow({ what, budget: 2, peer }, found.toDurable, detail);
}

async function writersRow(profiles: number, budget: number): Promise<Row> {
  const { store, file } = await measureWriters(profiles);
  const each = ({ perSecond, failed, lost }: typeof store) =>
    `${perSecond.toFixed(0)}/s, ${lost} lost, ${failed} failed`;
  const detail = `${each(store)}; peer ${each(file)}`;
  const what = `8 writers × 200 updates, ${profiles.toLocaleString('en')} profiles`;
  const peer = "the gateway's way: lock, read, overwrite";
  const row = gainRow({ what, budget, peer }, store.perSecond / file.perSecond, detail);
  return { ...row, met: row.met && store.lost === 0 && store.failed === 0 };
}

const rows = [
  updateRow(),
  await publishingRow(),
  await writersRow(50, 2),
  await writersRow(1000, 10),
];
process.stdout.write(JSON.stringify(rows));
