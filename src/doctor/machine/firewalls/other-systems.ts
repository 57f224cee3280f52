import {all, type Certainty, type FirewallVerdict, holdsPort, isSo} from './rules.js'

/** What `socketfilterfw --getglobalstate` says; it asks of programs, not of ports. */
export function readMacFirewall(text: string): FirewallVerdict | undefined {
  const [line = '', state] = /^.*\(State = (\d)\).*$/m.exec(text) ?? []
  if (state === '0') return {state: 'open', line}
  if (state === '2') return {state: 'closed', line}
  return state === '1' ? {state: 'unknown', line} : undefined
}

/**
 * What `netsh advfirewall show currentprofile` says for every port, undefined where that hangs on rules;
 * a machine in two networks has two profiles.
 */
export function readWindowsProfile(text: string): FirewallVerdict | undefined {
  const states = valuesOf(text, /^State\s+(\w+)/gm)
  const policies = valuesOf(text, /^Firewall Policy\s+(\w+),/gm)
  if (states.length > 0 && states.every((state) => state === 'OFF')) {
    return {state: 'open', line: 'State OFF'}
  }
  const line = `Firewall Policy ${policies.join(' and ')}`
  if (policies.includes('BlockInboundAlways')) return {state: 'closed', line}
  // Windows says it in the country's language.
  if (policies.length === 0) return {state: 'unknown', line: 'its words are not English'}
  return policies.every((policy) => policy === 'AllowInbound') ? {state: 'open', line} : undefined
}

type WindowsAsked = {
  readonly port: number
  /** Who listens, such as `node.exe`; Windows lets programs in rather than ports. */
  readonly program?: string | undefined
  /** `Domain`, `Private` or `Public`. */
  readonly profile?: string | undefined
}

/** What `netsh advfirewall firewall show rule name=all dir=in verbose` says: what blocks goes first. */
export function readWindowsRules(text: string, asked: WindowsAsked): FirewallVerdict {
  const rules = text
    .split(/^(?=Rule Name:)/m)
    .map(fieldsOf)
    .map((fields) => ({fields, applies: isAbout(fields, asked)}))
    .filter(({applies}) => applies !== 'no')
  const acting = (action: string) => rules.filter(({fields}) => fields.get('Action') === action)
  const [blocking] = acting('Block')
  const allowing = acting('Allow').find(({applies}) => applies === 'yes') ?? acting('Allow')[0]
  if (blocking) {
    return {state: blocking.applies === 'yes' ? 'closed' : 'unknown', line: nameOf(blocking.fields)}
  }
  if (!allowing) return {state: 'closed', line: `no rule allows port ${String(asked.port)}`}
  return {state: allowing.applies === 'yes' ? 'open' : 'unknown', line: nameOf(allowing.fields)}
}

/** The profile that is in force, undefined where it is more than one. */
export function windowsProfileName(text: string): string | undefined {
  const [first, second] = valuesOf(text, /^(Domain|Private|Public) Profile Settings/gm)
  return second === undefined ? first : undefined
}

function valuesOf(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, value = '']) => value)
}

type Fields = ReadonlyMap<string, string>

function fieldsOf(block: string): Fields {
  const pairs = block.split('\n').map((line) => /^([\w ]+):\s*(.*?)\s*$/.exec(line))
  return new Map(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? '']] : [])))
}

function nameOf(fields: Fields): string {
  return `rule "${fields.get('Rule Name') ?? ''}"`
}

function isAbout(fields: Fields, {port, program, profile}: WindowsAsked): Certainty {
  const value = (name: string) => fields.get(name) ?? 'Any'
  const owner = value('Program').toLowerCase()
  return all([
    isSo(value('Enabled') === 'Yes' && value('Direction') === 'In'),
    isSo(['TCP', 'Any', '6'].includes(value('Protocol'))),
    isSo(profile === undefined || value('Profiles').split(/,\s*/).includes(profile)),
    isSo(
      value('LocalPort')
        .split(',')
        .some((one) => one === 'Any' || holdsPort(one, port) === 'yes'),
    ),
    isSo(['Any', ''].includes(value('Service'))),
    owner === 'any' ? 'yes' : isProgram(owner, program),
    value('RemoteIP') === 'Any' ? 'yes' : 'maybe',
    value('LocalIP') === 'Any' ? 'yes' : isSo(!value('LocalIP').startsWith('127.')),
  ])
}

function isProgram(path: string, program: string | undefined): Certainty {
  return program === undefined ? 'maybe' : isSo(path.endsWith(`\\${program.toLowerCase()}`))
}
