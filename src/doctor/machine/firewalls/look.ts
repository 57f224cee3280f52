import type {CheckContext} from '../../check.js'
import type {ProgramResult} from '../../world.js'
import {readFirewalld} from './firewalld.js'
import {readIptables} from './iptables.js'
import {readNft} from './nft.js'
import {
  readMacFirewall,
  readWindowsProfile,
  readWindowsRules,
  windowsProfileName,
} from './other-systems.js'
import type {FirewallVerdict} from './rules.js'
import {readUfw} from './ufw.js'

export type FirewallName = 'ufw' | 'firewalld' | 'nft' | 'iptables' | 'macos' | 'windows'

/** What came of asking one firewall. */
export type FirewallAnswer = {readonly name: FirewallName} & (
  | {readonly kind: 'absent'}
  /** It tells root only, or could not be read; `command` is what a person can run. */
  | {readonly kind: 'hidden'; readonly command: string; readonly words: string}
  | {readonly kind: 'told'; readonly verdict: FirewallVerdict}
)

type FirewallAsked = Pick<CheckContext, 'world' | 'signal'> & {
  readonly port: number
  /** Who listens there, when that is known. */
  readonly program?: string | undefined
}

const SOCKETFILTERFW = '/usr/libexec/ApplicationFirewall/socketfilterfw'

/** Every firewall of this system; those that manage others' rules come first. */
export async function askFirewalls(asked: FirewallAsked): Promise<readonly FirewallAnswer[]> {
  const {platform} = asked.world
  if (platform === 'win32') return [await askWindows(asked)]
  if (platform === 'darwin') return [await askMac(asked)]
  const [ufw, firewalld, nft, iptables] = await Promise.all([
    askOne(asked, 'ufw', {args: ['status', 'verbose'], read: readUfw}),
    askFirewalld(asked),
    askOne(asked, 'nft', {args: ['-j', 'list', 'ruleset'], read: readNft}),
    askOne(asked, 'iptables', {args: ['-S'], read: readIptables}),
  ])
  const isHalf = nft.kind === 'told' && nft.verdict.isWithIptables === true
  return [ufw, firewalld, nft, isHalf && iptables.kind === 'absent' ? UNREADABLE : iptables]
}

const UNREADABLE: FirewallAnswer = {
  ...{name: 'iptables', kind: 'hidden', command: 'sudo iptables -S'},
  words: 'there are rules of iptables, and the program that reads them is not installed',
}

type Question = {
  readonly args: readonly string[]
  readonly read: (text: string, port: number) => FirewallVerdict | undefined
}

async function askOne(
  {world, signal, port}: FirewallAsked,
  name: 'ufw' | 'nft' | 'iptables',
  {args, read}: Question,
): Promise<FirewallAnswer> {
  const said = await world.runProgram(name, args, signal)
  const command = `sudo ${name} ${args.join(' ')}`
  if (said.kind === 'missing') return {name, kind: 'absent'}
  const verdict = said.kind === 'ended' && said.code === 0 ? read(said.stdout, port) : undefined
  return verdict ? {name, kind: 'told', verdict} : hidden(name, command, said)
}

/** It may be installed and not run, which leaves the port to others. */
async function askFirewalld({world, signal, port}: FirewallAsked): Promise<FirewallAnswer> {
  const name = 'firewalld'
  const state = await world.runProgram('firewall-cmd', ['--state'], signal)
  if (state.kind === 'missing') return {name, kind: 'absent'}
  const isOff = state.kind === 'ended' && /^not running/m.test(state.stdout + state.stderr)
  if (isOff) return {name, kind: 'absent'}
  const zone = await world.runProgram('firewall-cmd', ['--list-all'], signal)
  const isTold = zone.kind === 'ended' && zone.code === 0
  return isTold
    ? {name, kind: 'told', verdict: readFirewalld(zone.stdout, port)}
    : hidden(name, 'sudo firewall-cmd --list-all', zone)
}

async function askMac({world, signal}: FirewallAsked): Promise<FirewallAnswer> {
  const said = await world.runProgram(SOCKETFILTERFW, ['--getglobalstate'], signal)
  if (said.kind === 'missing') return {name: 'macos', kind: 'absent'}
  const verdict = said.kind === 'ended' ? readMacFirewall(said.stdout) : undefined
  return verdict
    ? {name: 'macos', kind: 'told', verdict}
    : hidden('macos', `sudo ${SOCKETFILTERFW} --getglobalstate`, said)
}

const WINDOWS_RULES = ['firewall', 'show', 'rule', 'name=all', 'dir=in', 'verbose']

async function askWindows({world, signal, port, program}: FirewallAsked): Promise<FirewallAnswer> {
  const name = 'windows'
  const netsh = (args: readonly string[]) =>
    world.runProgram('netsh', ['advfirewall', ...args], signal)
  const profile = await netsh(['show', 'currentprofile'])
  if (profile.kind === 'missing') return {name, kind: 'absent'}
  if (profile.kind !== 'ended')
    return hidden(name, 'netsh advfirewall show currentprofile', profile)
  const byProfile = readWindowsProfile(profile.stdout)
  if (byProfile) return {name, kind: 'told', verdict: byProfile}
  const rules = await netsh(WINDOWS_RULES)
  const command = `netsh advfirewall ${WINDOWS_RULES.join(' ')}`
  if (rules.kind !== 'ended' || rules.code !== 0) return hidden(name, command, rules)
  const asked = {port, program, profile: windowsProfileName(profile.stdout)}
  return {name, kind: 'told', verdict: readWindowsRules(rules.stdout, asked)}
}

function hidden(name: FirewallName, command: string, said: ProgramResult): FirewallAnswer {
  const words = said.kind === 'ended' ? `${said.stderr}\n${said.stdout}` : said.words
  const line = words.split('\n').find((one) => one.trim() !== '') ?? ''
  return {name, kind: 'hidden', command, words: line.trim()}
}

type Opened = {
  readonly port: number
  /** The process that listens there, when that is known. */
  readonly pid?: number | undefined
}

/** The command that lets the port in, ready to copy. */
export function openingCommand(
  name: FirewallName,
  {state, line, chain = 'inet filter input'}: FirewallVerdict,
  {port, pid}: Opened,
): string {
  const p = String(port)
  switch (name) {
    case 'ufw':
      // Of its rules the first that fits counts, so that one which denies has to come later.
      return `sudo ufw ${line.startsWith('Default:') ? '' : 'insert 1 '}allow ${p}/tcp`
    case 'firewalld':
      return `sudo firewall-cmd --add-port=${p}/tcp --permanent && sudo firewall-cmd --reload`
    case 'nft':
      // Inserted, because behind a rule that drops everything it would not be reached.
      return `sudo nft insert rule ${chain} tcp dport ${p} accept`
    case 'iptables':
      return `sudo iptables -I INPUT -p tcp --dport ${p} -j ACCEPT`
    case 'macos':
      return state === 'closed' ? `sudo ${SOCKETFILTERFW} --setblockall off` : lettingProgramIn(pid)
    case 'windows':
      return `netsh advfirewall firewall add rule name="exostream ${p}" dir=in action=allow protocol=TCP localport=${p}`
  }
}

/** macOS lets programs in rather than ports; its ps(1) gives the whole path, which lsof does not. */
function lettingProgramIn(pid: number | undefined): string {
  const path = pid === undefined ? 'PATH_OF_THE_PROGRAM' : `"$(ps -o comm= -p ${String(pid)})"`
  return ['--add', '--unblockapp']
    .map((what) => `sudo ${SOCKETFILTERFW} ${what} ${path}`)
    .join('\n')
}
