import { EpiloopError } from '../errors.ts';
import type { Environment, Files } from '../ports.ts';
import type { Network } from './transport.ts';

const MAX_BYTES = 1024 * 1024;

/**
 * How the network is reached: `EPILOOP_HTTPS_PROXY` (`http://host:port`) and `EPILOOP_CA_FILE` (PEM
 * certificates to trust besides the built-in ones). The usual variables of other programs are not
 * looked at. Throws EpiloopError `usage` for a setting that is none, `refused` where Node is told to
 * print what it sends or to trust anybody, and what reading throws.
 */
export function networkOf(env: Environment, files: Files): Network {
  refuseUnsafe(env);
  const proxy = env.EPILOOP_HTTPS_PROXY?.trim() || undefined;
  const caFile = env.EPILOOP_CA_FILE?.trim() || undefined;
  if (proxy !== undefined && !isProxy(proxy)) {
    throw new EpiloopError('usage', 'EPILOOP_HTTPS_PROXY is no address of a proxy', {
      hint: 'http://host:port',
    });
  }
  return {
    ...(proxy !== undefined && { proxy }),
    ...(caFile !== undefined && { extraCa: certificates(caFile, files) }),
  };
}

function refuseUnsafe(env: Environment): void {
  const trustsAll = env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? 'NODE_TLS_REJECT_UNAUTHORIZED' : '';
  const name = env.NODE_DEBUG || env.NODE_DEBUG_NATIVE ? 'NODE_DEBUG' : trustsAll;
  if (name === '') return;
  throw new EpiloopError('refused', `nothing is sent while ${name} is set`, {
    hint: 'unset NODE_DEBUG, NODE_DEBUG_NATIVE and NODE_TLS_REJECT_UNAUTHORIZED',
  });
}

function isProxy(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:');
}

function certificates(path: string, files: Files): string {
  const content = files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  const text = content?.text ?? '';
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new EpiloopError('bad_data', `EPILOOP_CA_FILE names no PEM certificates: ${path}`, {
    path,
    hint: 'a file with -----BEGIN CERTIFICATE----- lines',
  });
}
