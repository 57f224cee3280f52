import type {LookupAddress} from 'node:dns'
import type {LookupFunction} from 'node:net'

/** How a connection is made, where not as the system and Node do it. */
export type ConnectionOptions = {
  /** How a host name is looked up; by the system unless said. */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>
  /** PEM texts trusted in place of Node's own authorities. */
  readonly ca?: readonly string[]
}

/** The same as Node's own functions take it. */
export function connectionOptions({lookup, ca}: ConnectionOptions): {
  lookup?: LookupFunction
  ca?: string[]
} {
  return {
    ...(lookup === undefined ? {} : {lookup: inNodesForm(lookup)}),
    ...(ca === undefined ? {} : {ca: [...ca]}),
  }
}

function inNodesForm(lookup: NonNullable<ConnectionOptions['lookup']>): LookupFunction {
  return (hostname, {all = false, family}, callback) => {
    lookup(hostname).then(
      (found) => {
        const fitting = found.filter((one) => isOfFamily(one, family))
        const [first] = fitting
        if (!first) callback(noAddress(hostname), '')
        else if (all) callback(null, fitting)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), '')
      },
    )
  }
}

/** Node asks for one family as a number or by name; 0 or nothing for any. */
function isOfFamily({family}: LookupAddress, asked: number | string | undefined): boolean {
  if (asked === undefined || asked === 0) return true
  return family === asked || `IPv${String(family)}` === asked
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  const code = 'ENOTFOUND'
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), {code, hostname})
}
