/** Histories that once went wrong, as small as they could be made. */
import { describe, test } from 'node:test';
import { MINUTE } from './gateway-model.ts';
import { scratchFolder } from './gateway-model-check.ts';
import { type History, live, type Run } from './gateway-model-run.ts';
import { ours } from './gateway-model-subject.ts';

const quiet: Run = { do: 'sync', between: [], waits: false };
const CLI = 'anthropic:claude-cli';

const histories: Record<string, History> = {
  'a login that another one replaced comes back with a stale rewrite': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      { do: 'load', agent: 0, process: 0 },
      quiet,
      { do: 'enter', agent: 0, id: 'openai:y', person: 'stranger' },
      quiet,
      { do: 'save stale', agent: 0, id: CLI, process: 0 },
    ],
  },
  'an older login of Claude Code is read a second time': {
    others: 0,
    steps: [
      { do: 'claude', what: 'login' },
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      quiet,
      quiet,
    ],
  },
  'a key takes the place of a login whose copy was not read yet': {
    others: 1,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:x', person: 'ann' },
      {
        do: 'sync',
        between: [
          { at: 9, step: { do: 'copy', agent: 1, id: CLI, to: 0 } },
          { at: 9, step: { do: 'enter', agent: 0, id: 'openai:x', person: 'key' } },
        ],
        waits: false,
      },
      quiet,
    ],
  },
  "another agent's copy without a refresh token is written over a login that has one": {
    others: 2,
    steps: [
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      { do: 'enter', agent: 2, id: CLI, person: 'ann' },
      { do: 'lose refresh token', agent: 0, id: CLI },
      { do: 'refresh', agent: 0, id: CLI },
      quiet,
      { do: 'inherit', agent: 2 },
      { do: 'spoil', agent: 0, how: 'cut' },
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      { do: 'claude', what: 'login' },
    ],
  },
  "another agent's whole pair is written over a later one that lost its refresh token": {
    others: 2,
    steps: [
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      { do: 'enter', agent: 2, id: CLI, person: 'ann' },
      { do: 'lose refresh token', agent: 2, id: CLI },
      quiet,
      { do: 'inherit', agent: 2 },
    ],
  },
  'a login takes the place of a key while another agent brings its next pair': {
    others: 1,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:x', person: 'key' },
      quiet,
      { do: 'enter', agent: 0, id: 'openai:x', person: 'ann' },
      { do: 'enter', agent: 1, id: 'openai:y', person: 'ann' },
    ],
  },
  'a token that was replaced before we ever read it comes back': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'anthropic:manual', person: 'ann' },
      { do: 'load', agent: 0, process: 0 },
      { do: 'enter', agent: 0, id: 'anthropic:manual', person: 'ann' },
      quiet,
      { do: 'save stale', agent: 0, id: CLI, process: 0 },
    ],
  },
  'a pair that was replaced before we ever read it comes back': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      { do: 'load', agent: 0, process: 0 },
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      quiet,
      { do: 'save stale', agent: 0, id: CLI, process: 0 },
    ],
  },
  'a pair that was refreshed before we ever read it comes back': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      { do: 'wait', ms: 475 * MINUTE },
      { do: 'load', agent: 0, process: 0 },
      { do: 'refresh', agent: 0, id: 'openai:y' },
      quiet,
      { do: 'save stale', agent: 0, id: CLI, process: 0 },
    ],
  },
  'a note is added while we put back a refresh token that was lost': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      quiet,
      {
        do: 'sync',
        between: [
          { at: 4, step: { do: 'annotate', agent: 0, id: CLI } },
          { at: 0, step: { do: 'lose refresh token', agent: 0, id: CLI } },
        ],
        waits: false,
      },
    ],
  },
  'a file that was not there yet is written while we make it': {
    others: 0,
    steps: [
      {
        do: 'sync',
        between: [
          { at: 21, step: { do: 'enter', agent: 0, id: CLI, person: 'ann' } },
          { at: 0, step: { do: 'claude', what: 'login' } },
        ],
        waits: false,
      },
      quiet,
    ],
  },
  'a key that was replaced long ago, though we have just seen it, comes back': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'zai:default', person: 'ann' },
      { do: 'load', agent: 0, process: 1 },
      quiet,
      { do: 'enter', agent: 0, id: 'zai:default', person: 'ann' },
      { do: 'wait', ms: 900 * MINUTE },
      quiet,
      { do: 'save stale', agent: 0, id: CLI, process: 1 },
    ],
  },
  'a note is added and the refresh token is lost in one go': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: CLI, person: 'ann' },
      quiet,
      { do: 'annotate', agent: 0, id: CLI },
      { do: 'lose refresh token', agent: 0, id: CLI },
    ],
  },
  'an older copy, without a note that was made since, is written under our hands': {
    others: 0,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      { do: 'enter', agent: 0, id: 'zai:default', person: 'ann' },
      { do: 'load', agent: 0, process: 1 },
      quiet,
      { do: 'annotate', agent: 0, id: 'zai:default' },
      { do: 'enter', agent: 0, id: 'openai:y', person: 'ann' },
      quiet,
      {
        do: 'sync',
        between: [{ at: 0, step: { do: 'tear', agent: 0, id: CLI, process: 1 } }],
        waits: false,
      },
    ],
  },
  "a login is put where a blanked copy of another agent's stood, and that one is copied": {
    others: 1,
    steps: [
      { do: 'enter', agent: 0, id: 'openai:x', person: 'ann' },
      { do: 'blank', agent: 1, id: 'openai:x' },
      quiet,
      {
        do: 'sync',
        between: [{ at: 0, step: { do: 'enter', agent: 1, id: 'openai:x', person: 'ann' } }],
        waits: false,
      },
      { do: 'inherit', agent: 1 },
    ],
  },
};

describe('nothing is lost, shared or different at the end when', () => {
  for (const [name, history] of Object.entries(histories)) {
    test(name, (t) => live(scratchFolder(t), history, ours));
  }
});
