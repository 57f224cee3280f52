import {all, type Certainty, comesFrom, comesInOn, holdsPort, isSo, not} from './rules.js'

export type Json = Readonly<Record<string, unknown>>

/** Elements of named sets and maps, by family, table and name. */
export type NftSets = ReadonlyMap<string, readonly unknown[]>

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
      const {match, set} = statement
      if (isObject(match)) return compared(match, packet)
      // What it remembers it may also count, and refuse to.
      if (isObject(set)) return set['stmt'] === undefined ? 'yes' : 'maybe'
      // How often, and how many at once, is not known.
      return Object.keys(statement).every((name) => UNASKING.has(name)) ? 'yes' : 'maybe'
    }),
  )
}

/** Statements that ask for nothing: libnftables-json(5), STATEMENTS. */
const UNASKING: ReadonlySet<string> = new Set([
  ...['accept', 'drop', 'return', 'reject', 'jump', 'goto', 'queue', 'vmap'],
  ...['counter', 'log', 'mangle', 'notrack', 'flow', 'dup', 'last', 'ct helper', 'ct timeout'],
])

type MapElement = {readonly verdict: Json; readonly condition: Certainty}

/** The verdicts of a map, each with whether the packet gets it. */
export function mapOf(vmap: Json, packet: NftPacket): readonly MapElement[] {
  const elements = elementsOf(vmap['data'], packet)
  const pairs = elements?.filter((pair) => Array.isArray(pair) && isObject(pair[1]))
  if (!pairs || pairs.length !== elements?.length) return ANY_VERDICT
  const test = tester(vmap['key'], packet.port)
  const read = pairs.map((pair) => {
    const [key, verdict] = pair as readonly [unknown, Json]
    return {isRest: plain(key) === '*', verdict, condition: holds(plain(key), test)}
  })
  const named = read.filter(({isRest}) => !isRest)
  const isNone = all(named.map(({condition}) => not(condition)))
  return read.map(({isRest, verdict, condition}) => ({
    verdict,
    condition: isRest ? isNone : condition,
  }))
}

/** Of a map that is not told, or not understood. */
const ANY_VERDICT: readonly MapElement[] = [
  {verdict: {accept: null}, condition: 'maybe'},
  {verdict: {drop: null}, condition: 'maybe'},
]

function compared({op, left, right}: Json, packet: NftPacket): Certainty {
  const test = tester(left, packet.port)
  const values = Array.isArray(right) ? right : elementsOf(right, packet)
  if (!values) return 'maybe'
  const conditions = values.map((value) => holds(plain(value), test))
  const isOneOf = not(all(conditions.map(not)))
  if (op === '!=') return not(isOneOf)
  return op === '==' || op === 'in' ? isOneOf : 'maybe'
}

/** One value, those of a set that is written out, or those of a named one; undefined where the name is not known. */
function elementsOf(value: unknown, {sets, ofTable}: NftPacket): readonly unknown[] | undefined {
  if (typeof value === 'string' && value.startsWith('@')) return sets.get(ofTable(value.slice(1)))
  const elements = isObject(value) ? (value['set'] ?? value['|'] ?? value) : value
  return Array.isArray(elements) ? (elements as readonly unknown[]) : [elements]
}

/** An element with a counter or a comment is wrapped. */
function plain(value: unknown): unknown {
  const elem = isObject(value) ? value['elem'] : undefined
  return isObject(elem) ? elem['val'] : value
}

type Test = (value: string) => Certainty

/** What is known of the packet under a name, or under several that are asked for together. */
type Tester = Test | readonly Test[]

function holds(value: unknown, test: Tester): Certainty {
  if (value === '*') return 'yes'
  if (typeof test !== 'function') return holdTogether(value, test)
  if (typeof value === 'string' || typeof value === 'number') return test(String(value))
  if (!isObject(value)) return 'maybe'
  const {range, prefix} = value
  if (Array.isArray(range)) return test(range.map(String).join('-'))
  return isObject(prefix) ? test(`${String(prefix['addr'])}/${String(prefix['len'])}`) : 'maybe'
}

function holdTogether(value: unknown, tests: readonly Test[]): Certainty {
  const parts = isObject(value) ? value['concat'] : undefined
  if (!Array.isArray(parts) || parts.length !== tests.length) return 'maybe'
  return all(tests.map((test, at) => holds(plain(parts[at]), test)))
}

function tester(left: unknown, port: number): Tester {
  const parts = isObject(left) ? left['concat'] : undefined
  return Array.isArray(parts) ? parts.map((part) => testOf(part, port)) : testOf(left, port)
}

/** Where nothing at all is known it is `maybe`. */
function testOf(left: unknown, port: number): Test {
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
