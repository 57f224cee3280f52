import {type FirewallVerdict, judgeChain, type Rule, strictest} from './rules.js'
import {isObject, type Json, matchOf, mapOf, type NftSets} from './nft-match.js'

type BaseChain = {readonly key: string; readonly policy: 'accept' | 'drop'}

/** What `nft -j list ruleset` says of the port, undefined where this is not what it says: libnftables-json(5). */
export function readNft(text: string, port: number): FirewallVerdict | undefined {
  const objects = objectsIn(text)
  if (!objects) return undefined
  const foreign = tablesOfIptables(objects)
  const sets: NftSets = new Map(
    objects.flatMap(({set, map}) =>
      [set, map].filter(isObject).map((named) => [keyOf(named, 'name'), elementsOf(named)]),
    ),
  )
  const bases: BaseChain[] = []
  const chains = new Map<string, Rule[]>()
  for (const {chain, rule} of objects) {
    if (isObject(chain) && isAsked(chain) && !foreign.has(tableOf(chain))) bases.push(baseOf(chain))
    if (!isObject(rule)) continue
    const key = keyOf(rule, 'chain')
    const rules = chains.get(key) ?? []
    rules.push(...rulesOf(rule, {port, sets}))
    chains.set(key, rules)
  }
  const verdicts = bases.map(({key, policy}) => {
    const ending = {act: policy, line: `chain ${key}: policy ${policy}`}
    return {...judgeChain(key, chains, ending), chain: key}
  })
  const verdict = strictest(verdicts) ?? {state: 'open', line: 'no chain for what comes in'}
  return foreign.size === 0 ? verdict : {...verdict, isWithIptables: true}
}

/** One that has none at the moment does not name them. */
function elementsOf({elem}: Json): readonly unknown[] {
  return Array.isArray(elem) ? elem : []
}

function objectsIn(text: string): readonly Json[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    const list = isObject(parsed) ? parsed['nftables'] : undefined
    return Array.isArray(list) ? list.filter(isObject) : undefined
  } catch {
    return undefined
  }
}

/** What iptables put there holds matches that only iptables can read, which is asked for itself. */
function tablesOfIptables(objects: readonly Json[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap(({rule}) => {
      if (!isObject(rule) || !Array.isArray(rule['expr'])) return []
      return rule['expr'].some((one) => isObject(one) && 'xt' in one) ? [tableOf(rule)] : []
    }),
  )
}

/** Those that every packet from outside to this machine has to get through; Exotel comes by IPv4. */
function isAsked({family, type, hook}: Json): boolean {
  const isFamily = family === 'ip' || family === 'inet'
  return isFamily && type === 'filter' && (hook === 'input' || hook === 'prerouting')
}

function baseOf(chain: Json): BaseChain {
  return {key: keyOf(chain, 'name'), policy: chain['policy'] === 'drop' ? 'drop' : 'accept'}
}

function tableOf({family, table}: Json): string {
  return `${String(family)} ${String(table)}`
}

function keyOf(object: Json, name: 'name' | 'chain'): string {
  return `${tableOf(object)} ${String(object[name])}`
}

type Asked = {readonly port: number; readonly sets: NftSets}

/** More than one where it looks its verdict up in a map. */
function rulesOf(rule: Json, asked: Asked): readonly Rule[] {
  const statements = Array.isArray(rule['expr']) ? rule['expr'].filter(isObject) : []
  const ofTable = (name: unknown) => `${tableOf(rule)} ${String(name)}`
  const applies = matchOf(statements, {...asked, ofTable})
  const line = JSON.stringify({chain: rule['chain'], expr: rule['expr']}).slice(0, MOST_CHARACTERS)
  return statements.flatMap((statement): readonly Rule[] => {
    const {vmap} = statement
    if (isObject(vmap)) {
      return mapOf(vmap, {...asked, ofTable}).flatMap(({verdict, condition}) => {
        const isNever = applies === 'no' || condition === 'no'
        const isSure = applies === 'yes' && condition === 'yes'
        return verdictOf(verdict, {
          applies: isNever ? 'no' : isSure ? 'yes' : 'maybe',
          line,
          ofTable,
        })
      })
    }
    return verdictOf(statement, {applies, line, ofTable})
  })
}

const MOST_CHARACTERS = 300

type RuleParts = Pick<Rule, 'applies' | 'line'> & {readonly ofTable: (name: unknown) => string}

function verdictOf(statement: Json, {applies, line, ofTable}: RuleParts): readonly Rule[] {
  const rule = {applies, line}
  if ('accept' in statement) return [{...rule, act: 'accept'}]
  if ('drop' in statement) return [{...rule, act: 'drop'}]
  if ('return' in statement) return [{...rule, act: 'return'}]
  if ('reject' in statement) return [{...rule, act: 'drop', seenAs: seenAs(statement['reject'])}]
  const perhaps = {line, applies: applies === 'no' ? applies : ('maybe' as const)}
  // A program of somebody's decides, or the kernel answers in the place of who listens.
  if ('queue' in statement) return [{...perhaps, act: 'drop'}]
  if ('synproxy' in statement) return [{...perhaps, act: 'accept'}]
  const {jump, goto} = statement
  if (isObject(jump)) return [{...rule, act: 'jump', chain: ofTable(jump['target'])}]
  if (isObject(goto)) return [{...rule, act: 'goto', chain: ofTable(goto['target'])}]
  return []
}

/** Said of nothing, it is "port unreachable", which a TCP client takes for refused. */
function seenAs(reject: unknown): 'refused' | 'no-route' {
  if (!isObject(reject) || reject['type'] === 'tcp reset') return 'refused'
  return reject['expr'] === undefined || reject['expr'] === 'port-unreachable'
    ? 'refused'
    : 'no-route'
}
