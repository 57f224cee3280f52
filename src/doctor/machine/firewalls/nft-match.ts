import {all, type Certainty, comesFrom, comesInOn, holdsPort, isSo, not} from './rules.js'

export type Json = Readonly<Record<string, unknown>>

/** Elements of named sets and maps, by family, table and name. */
export type NftSets = ReadonlyMap<string, unknown>

type NftPacket = {
  readonly port: number
  readonly sets: NftSets
  /** The key of a name in the rule's own table. */
  readonly ofTable: (name: unknown) => string
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether all that a rule asks for holds for the first packet of a connection from outside. */
export function matchOf(statements: readonly Json[], packet: NftPacket): Certainty {
  return all(
    statements.map((statement) => {
      const {match} = statement
      if (isObject(match)) return compared(match, packet)
      // How often is not known; what they say when it is too often is for the rule.
      return 'limit' in statement || 'xt' in statement || 'quota' in statement ? 'maybe' : 'yes'
    }),
  )
}

/** The verdicts of a map, each with whether the packet gets it. */
export function mapOf(
  vmap: Json,
  packet: NftPacket,
): readonly {readonly verdict: Json; readonly condition: Certainty}[] {
  const test = tester(vmap['key'], packet.port)
  return elementsOf(vmap['data'], packet).flatMap((pair) => {
    if (!Array.isArray(pair)) return []
    const [key, verdict] = pair as readonly unknown[]
    return isObject(verdict) ? [{verdict, condition: holds(plain(key), test)}] : []
  })
}

function compared({op, left, right}: Json, packet: NftPacket): Certainty {
  const test = tester(left, packet.port)
  const values = Array.isArray(right) ? right : elementsOf(right, packet)
  const conditions = values.map((value) => holds(plain(value), test))
  const isOneOf = not(all(conditions.map(not)))
  if (op === '!=') return not(isOneOf)
  return op === '==' || op === 'in' ? isOneOf : 'maybe'
}

/** One value, those of a set that is written out, or those of a named one. */
function elementsOf(value: unknown, {sets, ofTable}: NftPacket): readonly unknown[] {
  const named = typeof value === 'string' && value.startsWith('@')
  const elements = named
    ? sets.get(ofTable(value.slice(1)))
    : isObject(value)
      ? (value['set'] ?? value['|'])
      : undefined
  if (Array.isArray(elements)) return elements
  return named ? [] : [value]
}

/** An element with a counter or a comment is wrapped. */
function plain(value: unknown): unknown {
  const elem = isObject(value) ? value['elem'] : undefined
  return isObject(elem) ? elem['val'] : value
}

type Test = (value: string) => Certainty

function holds(value: unknown, test: Test): Certainty {
  if (typeof value === 'string' || typeof value === 'number') return test(String(value))
  if (!isObject(value)) return 'maybe'
  const {range, prefix} = value
  if (Array.isArray(range)) return test(range.map(String).join('-'))
  return isObject(prefix) ? test(`${String(prefix['addr'])}/${String(prefix['len'])}`) : 'maybe'
}

/** What is known of the packet under this name; nothing at all is `maybe`. */
function tester(left: unknown, port: number): Test {
  if (!isObject(left)) return () => 'maybe'
  const {payload, meta, ct, fib} = left
  if (isObject(payload)) return ofPayload(payload, port)
  if (isObject(meta)) return META[String(meta['key'])] ?? (() => 'maybe')
  if (isObject(ct)) return ct['key'] === 'state' ? (state) => isSo(state === 'new') : () => 'maybe'
  if (isObject(fib) && fib['result'] === 'type') return (type) => isSo(type === 'local')
  return () => 'maybe'
}

function ofPayload({protocol, field}: Json, port: number): Test {
  const name = `${String(protocol)} ${String(field)}`
  if (name === 'tcp dport' || name === 'th dport') return (value) => holdsPort(value, port)
  if (name === 'ip saddr') return comesFrom
  if (name === 'ip protocol') return (value) => isSo(value === 'tcp' || value === '6')
  const isOther = ['udp', 'icmp', 'icmpv6', 'ip6', 'sctp', 'arp'].includes(String(protocol))
  return () => (isOther ? 'no' : 'maybe')
}

const META: Readonly<Record<string, Test>> = {
  l4proto: (value) => isSo(value === 'tcp' || value === '6'),
  iifname: comesInOn,
  iif: comesInOn,
  nfproto: (value) => isSo(value === 'ipv4'),
  protocol: (value) => isSo(value === 'ip'),
}
