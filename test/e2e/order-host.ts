/** A host with an agent that inherits from main, and the three commands about its order. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { AgentsHost, apiKey, fileOf } from './agents-host.ts';
import type { Run, RunOptions } from './host.ts';

export const WORK = fileOf('work');
export const ORDER = ['models', 'auth', 'order'];

/** What each of them prints with `--json`. */
export interface Told {
  readonly agentId: string;
  readonly agentDir: string;
  readonly provider: string;
  readonly authStorePath: string;
  readonly order: readonly string[] | null;
  readonly schemaVersion: number;
  readonly effective: { readonly from: string; readonly order: readonly string[] };
}

export interface Row {
  readonly event: string;
  readonly subject: string | null;
  readonly agentDir: string | null;
  readonly path: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface OrderOptions extends RunOptions {
  /** as typed; `zai` where it is not given */
  readonly provider?: string;
}

/** main has `zai:a` and `zai:b`; work, the default agent, has `zai:w` and inherits them. */
export class OrderHost extends AgentsHost {
  constructor(orders: { main?: object; work?: object; config?: object } = {}) {
    super();
    const key = (name: string) => apiKey(`AGENTkey-${name}-0123456789abcdef`, 'zai');
    const order = (of: object | undefined) => (of === undefined ? {} : { order: { ...of } });
    const openai = apiKey('AGENTkey-openai-0123456789abcdef');
    const own = { 'zai:a': key('a'), 'zai:b': key('b'), 'openai:k': openai };
    this.has('main', own, order(orders.main));
    this.has('work', { 'zai:w': key('w') }, order(orders.work));
    this.config({
      agents: { list: [{ id: 'main' }, { id: 'work', default: true }] },
      ...(orders.config !== undefined && { auth: { order: orders.config } }),
    });
  }

  order(verb: string, args: readonly string[] = [], options: OrderOptions = {}): Promise<Run> {
    const { provider = 'zai', ...rest } = options;
    return this.run([...ORDER, verb, '--provider', provider, ...args], rest);
  }

  /** It has to succeed. */
  async told(verb: string, args: readonly string[] = [], options: OrderOptions = {}) {
    const run = await this.order(verb, [...args, '--json'], options);
    assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
    return JSON.parse(run.stdout) as Told;
  }

  /** what happened to orders, oldest first */
  async orderRows(): Promise<readonly Row[]> {
    const { stdout } = await this.succeed(['models', 'history', '--json', '--limit', '1000']);
    const { entries }: { entries: Row[] } = JSON.parse(stdout);
    return entries.filter(({ event }) => event.startsWith('order_')).reverse();
  }

  /** The gateway writes work's file as it has it in memory, with this order. */
  gatewayOrders(order: Record<string, readonly string[]> | undefined): void {
    writeFileSync(
      this.path(WORK),
      `${JSON.stringify({ ...this.fileIn('work'), order }, null, 2)}\n`,
    );
  }
}

/** Whose order it is and what it comes to: `from: ids`. */
export function inForce({ effective }: Told): string {
  return `${effective.from}: ${effective.order.join(' ')}`;
}
