// The servers that an address stands for.

import { lookup } from "node:dns/promises";
import { isIPv4, isIPv6, type LookupFunction } from "node:net";

const SCHEME = /^(ipv[46]:(?!\/)|dns:\/\/\/)/;
const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/;

/** One server. */
export interface Server {
  /** Tells it from the others. */
  readonly key: string;
  /** host:port, as requests name it. */
  readonly authority: string;
  /** Its IP address, where the authority is a name. */
  readonly ip?: string;
}

/** Finds the IP addresses of a name. Rejects if there are none. */
export type LookUp = (host: string) => Promise<string[]>;

/** Asks whom the system asks: files and DNS. */
export async function lookUp(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** An address as it is given: `host:port`, `dns:///host:port`, or several, `ipv4:IP:port,IP:port`. */
export class Addresses {
  /** Every `host:port` of it. */
  readonly authorities: readonly string[];
  /** Whether all of them are on this machine, so that nobody else hears what is sent there. */
  readonly areLocal: boolean;
  readonly #lookUp: LookUp;

  /** Reads an address, whatever it says. */
  constructor(address: string, find: LookUp = lookUp) {
    this.authorities = address.replace(SCHEME, "").split(",");
    this.areLocal = this.authorities.every((authority) => LOCAL.test(authority));
    this.#lookUp = find;
  }

  /** Whether it may stand for other servers when it is looked up again. */
  get isName(): boolean {
    return this.#name() !== undefined;
  }

  /** The servers that are known without being looked up. */
  get known(): Server[] {
    return this.authorities.map((authority) => ({ key: authority, authority }));
  }

  /** The servers that it stands for now: those known if it is no name, or one that cannot be found. */
  async find(): Promise<Server[]> {
    const name = this.#name();
    const found = name === undefined ? [] : await this.#lookUp(name).catch(() => []);
    const [authority = ""] = this.authorities;
    // A connection to a name that nobody knows says so.
    return found.length > 0 ? found.map((ip) => ({ key: ip, authority, ip })) : this.known;
  }

  #name(): string | undefined {
    const [authority = ""] = this.authorities;
    const host = authority.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
    return this.authorities.length > 1 || isIPv4(host) || isIPv6(host) ? undefined : host;
  }
}

/** Has a connection to a name go to this IP address. */
export function pinned(ip: string): LookupFunction {
  const family = isIPv6(ip) ? 6 : 4;
  return (_host, { all }, done) =>
    all ? done(null, [{ address: ip, family }]) : done(null, ip, family);
}
