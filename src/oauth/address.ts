import { BlockList, isIP } from 'node:net';

/** 127.0.0.0/8 or ::1, as a URL's host name writes it; names are not resolved. */
export function isLoopbackAddress(host: string): boolean {
  return loopback.check(bare(host), family(bare(host)));
}

/**
 * An address that no provider on the internet has: private, link-local (where clouds keep their
 * metadata service), loopback, shared, multicast or reserved (RFC 6890).
 */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return isIP(plain) === 0 || special.check(plain, family(plain));
}

const loopback = blockList(['127.0.0.0/8', '::1/128']);

const special = blockList([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', '64:ff9b::/96', '100::/64', '2001:db8::/32', 'fc00::/7'],
  ...['fe80::/10', 'ff00::/8'],
]);

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** A URL writes IPv6 addresses in brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
