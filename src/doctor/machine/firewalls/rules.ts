/** What a firewall says to a first packet from the outside for one port. */
export type FirewallVerdict = {
  readonly state: 'open' | 'closed' | 'unknown'
  /** The line of its own that tells; safe to print once control characters are taken out. */
  readonly line: string
  /** How a caller sees that it is closed; silence where nothing is said of it. */
  readonly seenAs?: 'refused' | 'no-route'
  /** The chain that closes it, where a firewall has many: `inet filter input`. */
  readonly chain?: string
  /** There are rules besides that only `iptables` can read. */
  readonly isWithIptables?: true
}

/** Whether a condition holds for that packet; `maybe` where it hangs on who calls. */
export type Certainty = 'yes' | 'no' | 'maybe'

type Ending = {
  readonly act: 'accept' | 'drop'
  readonly line: string
  readonly seenAs?: 'refused' | 'no-route'
}

export type Rule = {readonly applies: Certainty; readonly line: string} & (
  | {readonly act: 'accept' | 'return' | 'pass'}
  | {readonly act: 'drop'; readonly seenAs?: 'refused' | 'no-route'}
  | {readonly act: 'jump' | 'goto'; readonly chain: string}
)

export type Chains = ReadonlyMap<string, readonly Rule[]>

type Walk = {
  /** How the packet ends for certain; absent: it comes back to who sent it here. */
  readonly sure?: Ending
  /** What may end it before. */
  readonly maybes: readonly Ending[]
}

type Followed = Walk & {
  /** The chain that the rule is in goes no further. */
  readonly isOver: boolean
}

/** Both bounds are far beyond a firewall that somebody wrote: rules can send a packet round. */
const MOST_DEPTH = 16
const MOST_STEPS = 20_000

/** Walks the packet through a chain, and through those that it is sent to. */
export function judgeChain(name: string, chains: Chains, policy: Ending): FirewallVerdict {
  let steps = 0
  const {sure = policy, maybes} = walk(name, 0)
  if (steps > MOST_STEPS) return {state: 'unknown', line: 'the rules are too many to be read'}
  const other = maybes.find(({act}) => act !== sure.act)
  if (other) return {state: 'unknown', line: other.line}
  const {act, line, seenAs} = sure
  if (act === 'accept') return {state: 'open', line}
  return {state: 'closed', line, ...(seenAs ? {seenAs} : {})}

  function walk(chain: string, depth: number): Walk {
    const maybes: Ending[] = []
    let isCertain = true
    for (const rule of chains.get(chain) ?? []) {
      steps = depth > MOST_DEPTH ? Infinity : steps + 1
      if (steps > MOST_STEPS) break
      if (rule.applies === 'no') continue
      const {sure, isOver, maybes: within} = follow(rule, depth)
      maybes.push(...within)
      if (isOver && isCertain && rule.applies === 'yes') return sure ? {sure, maybes} : {maybes}
      if (sure) maybes.push(sure)
      if (isOver) isCertain = false
    }
    return {maybes}
  }

  /** A packet that ends in another chain does not come back to this one. */
  function jumped(rule: Rule & {readonly chain: string}, depth: number): Followed {
    const within = walk(rule.chain, depth + 1)
    return {...within, isOver: rule.act === 'goto' || within.sure !== undefined}
  }

  function follow(rule: Rule, depth: number): Followed {
    switch (rule.act) {
      case 'pass':
        return {maybes: [], isOver: false}
      case 'return':
        return {maybes: [], isOver: true}
      case 'jump':
      case 'goto':
        return jumped(rule, depth)
      case 'accept':
        return {sure: {act: 'accept', line: rule.line}, maybes: [], isOver: true}
      case 'drop': {
        const {line, seenAs} = rule
        return {sure: {act: 'drop', line, ...(seenAs ? {seenAs} : {})}, maybes: [], isOver: true}
      }
    }
  }
}

/** Of several, one that closes settles it; then one that cannot be told. */
export function strictest(verdicts: readonly FirewallVerdict[]): FirewallVerdict | undefined {
  return (
    verdicts.find(({state}) => state === 'closed') ??
    verdicts.find(({state}) => state === 'unknown') ??
    verdicts[0]
  )
}

/** All of them together: a single `no` settles it. */
export function all(conditions: readonly Certainty[]): Certainty {
  if (conditions.includes('no')) return 'no'
  return conditions.includes('maybe') ? 'maybe' : 'yes'
}

export function not(condition: Certainty): Certainty {
  if (condition === 'maybe') return 'maybe'
  return condition === 'yes' ? 'no' : 'yes'
}

export function isSo(condition: boolean): Certainty {
  return condition ? 'yes' : 'no'
}

/** `5000`, or a range with any of the marks that firewalls write between its ends. */
export function holdsPort(text: string, port: number): Certainty {
  const [, first, last = first] = /^(\d+)(?:[:-](\d+))?$/.exec(text.trim()) ?? []
  if (first === undefined) return 'maybe'
  return isSo(Number(first) <= port && port <= Number(last))
}

/** Who comes from outside has none of these addresses: RFC 1918, loopback, link-local. */
export function comesFrom(text: string): Certainty {
  if (/^(?:0\.0\.0\.0\/0|anywhere|any)$/i.test(text)) return 'yes'
  const isInside = /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(text)
  return isInside ? 'no' : 'maybe'
}

/** Loopback, and what containers and virtual machines are wired to: nobody from outside comes in there. */
export function comesInOn(device: string): Certainty {
  return /^(?:lo|docker|br-|virbr|veth|lxc|lxdbr|cni|podman|incusbr)/.test(device) ? 'no' : 'maybe'
}
