/** A made-up gateway host: real files below one folder, written by a clock of the model's own. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/domain/json.ts';
import { Issuer, secretIn } from './gateway-model-issuer.ts';
import { type GatewayStore, loadStore, storeText } from './gateway-model-store.ts';
import type { Picture } from './gateway-model-subject.ts';

export const MINUTE = 60_000;

export interface ModelAgent {
  readonly id: string;
  /** its directory, which is how our store calls it */
  readonly key: string;
  readonly path: string;
  /** what each of its gateway's processes has in memory */
  readonly snapshots: (GatewayStore | undefined)[];
  /** families of everything that a writer other than we put into its file */
  readonly held: Set<number>;
  /** profile ids that have stood in a version of the gateway's */
  readonly written: Set<string>;
  /** the gateway's versions since our last run began, oldest first */
  versions: GatewayStore[];
  /** the same, as they are told apart by now */
  heldFamilies(): Set<number>;
  /** what we wrote over in this run */
  overwritten: string[];
  /** a write in place that has begun */
  torn?: { readonly descriptor: number; readonly text: string } | undefined;
}

export class World {
  now = 1_800_000_000_000;
  readonly issuer = new Issuer();
  /** access tokens and keys that a run of ours had stored when it ended */
  readonly acknowledged = new Set<string>();
  /** what our last run left */
  held: Picture | undefined;
  /** `agent id secret` → when we were first seen to hold it there; ms */
  readonly seenSince = new Map<string, number>();
  readonly home: string;
  readonly state: string;
  readonly agents: readonly [ModelAgent, ...ModelAgent[]];

  constructor(folder: string, others: number) {
    this.home = join(folder, 'home');
    this.state = join(folder, 'state');
    fs.mkdirSync(join(this.home, '.claude'), { recursive: true, mode: 0o700 });
    const names = ['work', 'ops', 'lab'].slice(0, others);
    this.agents = [this.#agent('main'), ...names.map((id) => this.#agent(id))];
  }

  #agent(id: string): ModelAgent {
    const key = join(this.state, 'agents', id, 'agent');
    fs.mkdirSync(key, { recursive: true, mode: 0o700 });
    const rest = { snapshots: [], held: new Set<number>(), written: new Set<string>() };
    const path = join(key, 'auth-profiles.json');
    const heldFamilies = () => new Set([...rest.held].map((each) => this.issuer.rootOf(each)));
    return { id, key, path, ...rest, heldFamilies, versions: [], overwritten: [] };
  }

  get main(): ModelAgent {
    return this.agents[0];
  }

  get claudePath(): string {
    return join(this.home, '.claude', '.credentials.json');
  }

  agent(number: number): ModelAgent {
    return this.agents[number % this.agents.length] ?? this.main;
  }

  agentAt(path: string): ModelAgent | undefined {
    return this.agents.find((each) => each.path === path);
  }

  text(path: string): string | undefined {
    return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined;
  }

  /** Into the file itself, as the gateway does. */
  write(agent: ModelAgent, text: string): void {
    this.finish(agent);
    fs.writeFileSync(agent.path, text, { mode: 0o600 });
    this.date(agent.path);
    this.note(agent, text);
  }

  save(agent: ModelAgent, store: GatewayStore): void {
    this.write(agent, storeText(store));
  }

  /** Opened and emptied; the rest follows with `finish`. */
  tear(agent: ModelAgent, text: string): void {
    this.finish(agent);
    const descriptor = fs.openSync(agent.path, 'w', 0o600);
    fs.writeSync(descriptor, text.slice(0, text.length / 2));
    agent.torn = { descriptor, text };
  }

  finish(agent: ModelAgent): boolean {
    const { torn } = agent;
    if (torn === undefined) return false;
    agent.torn = undefined;
    this.now += 1;
    fs.ftruncateSync(torn.descriptor, 0);
    fs.writeSync(torn.descriptor, torn.text, 0);
    fs.futimesSync(torn.descriptor, seconds(this.now), seconds(this.now));
    fs.closeSync(torn.descriptor);
    this.note(agent, torn.text);
    return true;
  }

  remove(path: string): void {
    this.now += 1;
    fs.rmSync(path, { force: true });
  }

  /** Every write has a time of its own. */
  date(path: string): void {
    this.now += 1;
    fs.utimesSync(path, seconds(this.now), seconds(this.now));
  }

  writeClaude(login: JsonObject | string): void {
    const text = typeof login === 'string' ? login : JSON.stringify({ claudeAiOauth: login });
    fs.writeFileSync(`${this.claudePath}.tmp`, text, { mode: 0o600 });
    fs.renameSync(`${this.claudePath}.tmp`, this.claudePath);
    this.date(this.claudePath);
  }

  note(agent: ModelAgent, text: string): void {
    const store = loadStore(text.replace(/^\ufeff/, ''));
    if (store === undefined) return;
    agent.versions.push(store);
    for (const [id, entry] of store.profiles) {
      agent.written.add(id);
      const issued = this.issuer.issued(secretIn(entry));
      if (issued !== undefined) agent.held.add(issued.family);
    }
  }

  /** Somebody holds the gateway's lock of this file. */
  isLocked(agent: ModelAgent): boolean {
    return fs.existsSync(`${agent.path}.lock`);
  }
}

/** A little more than the millisecond, which a float would otherwise miss. */
function seconds(ms: number): number {
  return (ms + 0.25) / 1000;
}
