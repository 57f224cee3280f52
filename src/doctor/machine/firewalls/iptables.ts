import {
  all,
  type Certainty,
  comesFrom,
  comesInOn,
  type FirewallVerdict,
  holdsPort,
  isSo,
  judgeChain,
  not,
  type Rule,
} from './rules.js'

/** What `iptables -S` says of the port, undefined where there is no INPUT in it: iptables(8), iptables-extensions(8). */
export function readIptables(text: string, port: number): FirewallVerdict | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const policy = lines.find((line) => line.startsWith('-P INPUT '))
  if (policy === undefined) return undefined
  const chains = new Map<string, Rule[]>()
  for (const line of lines) {
    const [mark, chain = ''] = line.split(' ', 2)
    if (mark !== '-A') continue
    const rules = chains.get(chain) ?? []
    rules.push(ruleOf(line, port))
    chains.set(chain, rules)
  }
  const act = policy.endsWith(' ACCEPT') ? 'accept' : 'drop'
  return judgeChain('INPUT', chains, {act, line: policy})
}

function ruleOf(line: string, port: number): Rule {
  const words = wordsOf(line)
  const at = words.findIndex((word) => word === '-j' || word === '-g')
  const conditions = words.slice(2, at < 0 ? undefined : at)
  const rule = {applies: conditionOf(conditions, port), line}
  const target = at < 0 ? '' : (words[at + 1] ?? '')
  if (target === '' || PASSING.test(target)) return {...rule, act: 'pass'}
  const own = ownTarget(target, rule)
  return own ?? {...rule, act: words[at] === '-g' ? 'goto' : 'jump', chain: target}
}

/** Goes on to the next rule after it has done its work. */
const PASSING =
  /^(?:LOG|NFLOG|ULOG|MARK|CONNMARK|TRACE|AUDIT|SET|TCPMSS|CLASSIFY|SECMARK|CONNSECMARK)$/

/** What is no chain of somebody's. */
function ownTarget(target: string, rule: Pick<Rule, 'applies' | 'line'>): Rule | undefined {
  switch (target) {
    case 'ACCEPT':
      return {...rule, act: 'accept'}
    case 'DROP':
      return {...rule, act: 'drop'}
    case 'RETURN':
      return {...rule, act: 'return'}
    case 'REJECT': {
      const isRefused = !/--reject-with icmp-(?:host|net|admin|proto)-/.test(rule.line)
      return {...rule, act: 'drop', seenAs: isRefused ? 'refused' : 'no-route'}
    }
    case 'QUEUE':
    case 'NFQUEUE':
      // A program of somebody's decides.
      return {...rule, applies: all([rule.applies, 'maybe']), act: 'drop'}
    default:
      return undefined
  }
}

/** Quoted words hold spaces: comments and prefixes of the log. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''))
}

function conditionOf(words: readonly string[], port: number): Certainty {
  const conditions: Certainty[] = []
  for (let at = 0; at < words.length;) {
    const isNegated = words[at] === '!'
    if (isNegated) at += 1
    const option = words[at] ?? ''
    const values: string[] = []
    for (at += 1; at < words.length && !/^(?:!|-.*)$/.test(words[at] ?? ''); at += 1) {
      values.push(words[at] ?? '')
    }
    const condition = holds(option, values, port)
    conditions.push(isNegated ? not(condition) : condition)
  }
  return all(conditions)
}

type Matcher = (values: readonly string[], port: number) => Certainty

const isNew: Matcher = ([states = '']) => isSo(states.split(',').includes('NEW'))
const isOneOf: Matcher = ([ports = ''], port) =>
  not(all(ports.split(',').map((one) => not(holdsPort(one, port)))))

const MATCHERS: Readonly<Record<string, Matcher>> = {
  '-p': ([protocol = '']) => isSo(['tcp', 'all', '6'].includes(protocol)),
  '-i': ([device = '']) => comesInOn(device),
  '-s': ([source = '']) => comesFrom(source),
  '-d': ([address = '']) => (/^(?:127|22[4-9]|23\d|255)\./.test(address) ? 'no' : 'maybe'),
  // What a module asks comes in options of its own.
  '-m': ([name = '']) => (HARMLESS.has(name) ? 'yes' : 'maybe'),
  '--dport': isOneOf,
  '--dports': isOneOf,
  '--ports': isOneOf,
  '--state': isNew,
  '--ctstate': isNew,
  '--comment': () => 'yes',
  '--syn': () => 'yes',
  // Of the flags that the mask leaves, a first packet has SYN or none.
  '--tcp-flags': ([mask = '', flags = '']) =>
    isSo(flags === (/\b(?:SYN|ALL)\b/.test(mask) ? 'SYN' : 'NONE')),
  '--dst-type': ([type = '']) => isSo(type === 'LOCAL'),
}
const HARMLESS: ReadonlySet<string> = new Set([
  ...['tcp', 'multiport', 'state', 'conntrack', 'comment', 'addrtype'],
])

function holds(option: string, values: readonly string[], port: number): Certainty {
  return MATCHERS[option]?.(values, port) ?? 'maybe'
}
