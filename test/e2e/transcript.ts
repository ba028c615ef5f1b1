/** Sessions of an operator: `$ command`, what it shows, and the code where it is not 0. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { executable, type GatewayHost } from './host.ts';

export interface Said {
  readonly command: string;
  /** both streams in their order, with what differs from run to run in angle brackets */
  readonly shown: string;
}

/**
 * Lines outside of commands: `# …` tells what happens, `host: …` says where. An empty line that is
 * shown stands there as `·`, because an empty line parts the commands.
 */
export interface Transcript {
  readonly host: string;
  readonly said: readonly Said[];
  /** the text as it would stand with other outputs */
  with(shown: readonly string[]): string;
}

export function readTranscript(path: string): Transcript {
  const text = readFileSync(path, 'utf8');
  const blocks = text.trimEnd().split('\n\n');
  const split = blocks.map((block) => {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.startsWith('$ '));
    return at < 0
      ? { head: lines, rest: [] }
      : { head: lines.slice(0, at + 1), rest: lines.slice(at + 1) };
  });
  const commands = split.filter(({ head }) => head.at(-1)?.startsWith('$ '));
  return {
    host: /^host: (\S+)$/m.exec(text)?.[1] ?? '',
    said: commands.map(({ head, rest }) => {
      return { command: head.at(-1)?.slice(2) ?? '', shown: rest.join('\n') };
    }),
    with(shown) {
      const left = [...shown];
      const all = split.map((each) => {
        const isCommand = commands.includes(each);
        const now = isCommand ? left.shift() : '';
        return [...each.head, ...(now === undefined || now === '' ? [] : [now])].join('\n');
      });
      return `${all.join('\n\n')}\n`;
    },
  };
}

/** Runs one line in a shell at home, as the operator types it. */
export async function say(host: GatewayHost, command: string): Promise<string> {
  const { code, stdout } = await host.run([], {
    wrapper: ['sh', '-c', `exec 2>&1\n${command}`],
    env: { PATH: `${dirname(executable)}:${process.env['PATH']}` },
  });
  const shown = masked(stdout.trimEnd(), host);
  const lines = shown === '' ? [] : shown.replaceAll(/^$/gm, '·').split('\n');
  return [...lines, ...(code === 0 ? [] : [`[exit ${code}]`])].join('\n');
}

function masked(text: string, host: GatewayHost): string {
  return text
    .replaceAll(host.home, '<home>')
    .replaceAll(/#[0-9a-f]{8}\b/g, '#<print>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b17\d{11}\b/g, '<ms>')
    .replaceAll(/^( {2}by .* on )\S+$/gm, '$1<host>')
    .replaceAll(/"[0-9a-f]{8}"/g, '"<print>"');
}
