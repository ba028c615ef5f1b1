import { describe } from 'node:test';
import { now } from './judge-fixtures.ts';
import {
  cooling,
  disabled,
  key,
  oauth,
  otherKey,
  type Rows,
  testRows,
  token,
} from './verdict-rows.ts';

const rows: Rows = {
  'all disabled': {
    stored: [key],
    usage: { 'anthropic:default': disabled },
    expected: ['1 all_disabled anthropic', '0 cooldown anthropic:default'],
    exit: 1,
  },
  'one of two disabled': {
    stored: [key, token()],
    usage: { 'anthropic:default': disabled },
    usable: true,
    expected: ['0 cooldown anthropic:default'],
    exit: 0,
  },
  'all disabled, but the environment serves': {
    stored: [key],
    usage: { 'anthropic:default': disabled },
    env: { ANTHROPIC_API_KEY: 'k' },
    usable: true,
    expected: ['0 all_disabled anthropic', '0 cooldown anthropic:default'],
    exit: 0,
  },
  'all disabled where nobody uses it': {
    stored: [key, otherKey],
    usage: { 'openai:default': disabled },
    expected: ['0 cooldown openai:default'],
    exit: 0,
  },
  'the only one cooling': {
    stored: [key],
    usage: { 'anthropic:default': cooling },
    expected: ['0 cooldown anthropic:default'],
    exit: 0,
  },
  'is not usable': {
    stored: [key],
    usage: { 'anthropic:default': cooling },
    usable: true,
    expected: ['1 cooldown anthropic:default'],
    exit: 1,
  },
  'one disabled, one cooling: not all disabled, but not usable': {
    stored: [key, token()],
    usage: { 'anthropic:default': disabled, 'anthropic:manual': cooling },
    usable: true,
    expected: ['1 cooldown anthropic:manual', '1 cooldown anthropic:default'],
    exit: 1,
  },
  'a cooling key beside a dead login leaves nothing to --usable': {
    stored: [oauth(now, false), key],
    usage: { 'anthropic:default': cooling },
    usable: true,
    expected: ['1 expired anthropic:claude-cli', '1 cooldown anthropic:default'],
    exit: 1,
  },
  'a cooldown that is just over': {
    stored: [key],
    usage: { 'anthropic:default': { cooldownUntil: now } },
    usable: true,
    expected: [],
    exit: 0,
  },
  'usage of a profile that is gone': {
    stored: [key],
    usage: { 'anthropic:gone': disabled },
    expected: [],
    exit: 0,
  },
};

describe('profiles at rest', () => testRows(rows));
