import {
  all,
  type Certainty,
  comesFrom,
  comesInOn,
  type FirewallVerdict,
  holdsPort,
  judgeChain,
  not,
  type Rule,
} from './rules.js'

/** What `ufw status verbose` says of the port, undefined where this is not what it says: ufw(8). */
export function readUfw(text: string, port: number): FirewallVerdict | undefined {
  const lines = text.split('\n').map((line) => line.trimEnd())
  if (lines.some((line) => /^Status: inactive\b/.test(line))) {
    return {state: 'open', line: 'Status: inactive'}
  }
  const policy = lines.find((line) => /^Default: .*\(incoming\)/.test(line))
  if (!lines.includes('Status: active') || policy === undefined) return undefined
  const rules = lines.flatMap((line) => ruleOf(line, port) ?? [])
  const [, word] = /^Default: (\w+) \(incoming\)/.exec(policy) ?? []
  return judgeChain('rules', new Map([['rules', rules]]), {
    act: word === 'allow' ? 'accept' : 'drop',
    line: policy,
    ...(word === 'reject' ? {seenAs: 'refused' as const} : {}),
  })
}

const ROW = /^(\S.*?)\s{2,}(ALLOW|LIMIT|DENY|REJECT)(?: (IN|OUT|FWD))?\s+(\S.*?)(?:\s+#.*)?$/

/** Of the rules for IPv6, and those for what goes out or through, nothing is asked. */
function ruleOf(line: string, port: number): Rule | undefined {
  const [, to = '', action, direction = 'IN', from = ''] = ROW.exec(line) ?? []
  if (action === undefined || direction !== 'IN' || /\(v6\)|::/.test(to + from)) return undefined
  const rule = {applies: all([isFor(to, port), isFrom(from)]), line: line.replace(/\s+/g, ' ')}
  if (action === 'ALLOW' || action === 'LIMIT') return {...rule, act: 'accept'}
  return {...rule, act: 'drop', ...(action === 'REJECT' ? {seenAs: 'refused' as const} : {})}
}

/** Such as `5000/tcp`, `80,443/tcp (Nginx Full)`, `192.0.2.1 5000/tcp`, `5000 on eth0`, `Anywhere`. */
function isFor(to: string, port: number): Certainty {
  const [, device] = / on (\S+)$/.exec(to) ?? []
  const plain = to.replace(/ on \S+$/, '').replace(/ \([^)]*\)$/, '')
  const words = plain.split(' ')
  const address = words.length > 1 && /^\d+\.\d+\.\d+\.\d+/.test(plain) ? words[0] : undefined
  return all([
    isPort(address === undefined ? plain : words.slice(1).join(' '), port),
    address === undefined ? 'yes' : 'maybe',
    device === undefined ? 'yes' : comesInOn(device),
  ])
}

function isPort(text: string, port: number): Certainty {
  if (text === 'Anywhere' || text === 'Anywhere/tcp') return 'yes'
  const [, ports, protocol = 'tcp'] = /^([\d:,]+)(?:\/(\w+))?$/.exec(text) ?? []
  // The profile of an application, whose ports are not told here, or a single address.
  if (ports === undefined) return /\/(?:udp|esp|ah|gre|igmp)$/.test(text) ? 'no' : 'maybe'
  if (protocol !== 'tcp') return 'no'
  return anyOf(ports.split(',').map((one) => holdsPort(one, port)))
}

function anyOf(conditions: readonly Certainty[]): Certainty {
  return not(all(conditions.map(not)))
}

function isFrom(from: string): Certainty {
  const [source = '', ...more] = from.split(' ')
  return more.length === 0 ? comesFrom(source) : all([comesFrom(source), 'maybe'])
}
