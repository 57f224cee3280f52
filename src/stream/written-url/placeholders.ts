import {isIP} from 'node:net'

import {isSecretName} from '../../mask.js'
import {readParts} from './url-parts.js'

/** What stands in a URL in the place of a value: the words of a guide, or a template nobody filled in. */
export type Placeholder = {
  /** As it is written: `your-ip`, `{host}`. */
  readonly word: string
  readonly where: 'host' | 'port' | 'credentials' | 'rest'
}

/** A name between marks that no URL has: `<host>`, `{host}`, `{{host}}`, `${host}`, also percent-encoded. */
const NAME = String.raw`[A-Za-z_][\w .-]{0,60}?`
const MARKED = new RegExp(
  [
    String.raw`[$#]?\{{1,2}\s*(${NAME})\s*\}{1,2}`,
    String.raw`<\s*(${NAME})\s*>`,
    `(?:%24|\\$)?(?:%7B){1,2}(${NAME})(?:%7D){1,2}`,
    `%3C(${NAME})%3E`,
  ].join('|'),
  'gi',
)
/** What a shell or a format string would have replaced, and nothing else in that place. */
const UNFILLED =
  /^(?:(?:replace|change)[_-]?me|(?:REPLACE|CHANGE)[_-]?ME|\$[A-Z][A-Z\d_]{2,}|%[sd]|\[[a-z_][a-z\d_ -]*\]|YOUR[_-][A-Z\d_-]+|x{4,})$/
const UNFILLED_IN_HOST = /\$[A-Z_]\w*|%s|%d(?![\da-f])|\{\}/i

/** The details of a call that Exotel passes on (support.exotel.com 48283), in any spelling. */
const CALL_DETAILS: ReadonlySet<string> = new Set(
  [
    ['callsid', 'callfrom', 'callto', 'from', 'to', 'direction', 'created', 'starttime'],
    ['currenttime', 'endtime', 'dialwhomnumber', 'customfield', 'flowid', 'tenantid', 'digits'],
    ['streamsid', 'accountsid', 'calltype', 'callstatus', 'forwardedfrom', 'outgoingphonenumber'],
  ].flat(),
)

/** Finds what stands for a value of the user's own; the details of a call are not meant, save in the host. */
export function findPlaceholder(text: string): Placeholder | undefined {
  const {host, port, userinfo = '', path, pairs} = readParts(text)
  const inHost = hostWord(host)
  if (inHost !== undefined) return {word: inHost, where: 'host'}
  if (/^(?:your[-_]?)?port$/i.test(port) || namesIn(port).length > 0) {
    return {word: port, where: 'port'}
  }
  const [inUserinfo] = namesIn(userinfo)
  if (inUserinfo || CREDENTIALS.test(userinfo)) {
    return {word: inUserinfo?.word ?? `${userinfo}@`, where: 'credentials'}
  }
  const word = [...path.split('/'), ...pairs].map(wordIn).find((found) => found !== undefined)
  return word === undefined ? undefined : {word, where: 'rest'}
}

/** Whether a part of the path or the query holds a placeholder, or a detail of a call that nobody filled in. */
export function isUnfilled(part: string): boolean {
  return wordIn(part) !== undefined || findCallDetail(part) !== undefined
}

/** A detail of a call that somebody is meant to fill in, as it is written: `{CallSid}`, `$CallSid`. */
export function findCallDetail(text: string): string | undefined {
  const marked = namesIn(text).find(({name}) => isCallDetail(name))
  if (marked) return marked.word
  return [...text.matchAll(BARE)]
    .map(([, before = '', word = '']) => ({before, word}))
    .find(isBareDetail)?.word
}

/** A segment or a value, and what stands before it. */
const BARE = /(^|[/?=&])([^/?=&#]+)(?=$|[/?&#])/g

/** As a shell, a router or a batch file would fill it in; a name alone only where it is unmistakable. */
function isBareDetail({before, word}: {readonly before: string; readonly word: string}): boolean {
  if (/^(?:[$:][a-z_]+|\[[a-z_]+\]|%[a-z_]+%)$/i.test(word)) return isCallDetail(word)
  if (/^[A-Z]+_[A-Z_]+$/.test(word)) return isCallDetail(word)
  return before === '=' && /^(?:call|stream|account)[_-]?(?:sid|from|to)$/i.test(word)
}

/** Whether a host is one of those that guides write where the reader's own belongs. */
export function isPlaceholderHost(host: string): boolean {
  return hostWord(host) !== undefined
}

function hostWord(host: string): string | undefined {
  const word = namesIn(host)[0]?.word ?? UNFILLED_IN_HOST.exec(host)?.[0]
  if (word !== undefined) return word
  const inBrackets = /^\[([^\]:]*)\]$/.exec(host)
  if (inBrackets && isIP(inBrackets[1] ?? '') === 0) return host
  if (/(?:^|\.)your_[a-z\d_]+(?:\.|$)/i.test(host)) return host
  const plain = host.toLowerCase().replaceAll('_', '-').replace(/\.$/, '')
  const isGuides = plain.includes('.')
    ? GUIDE_NAMES.some((pattern) => pattern.test(plain)) || isSampleOfTunnel(plain)
    : GUIDE_WORDS.test(plain)
  return isGuides ? host : undefined
}

/** A single label is in no public DNS, so that these are never a host that Exotel could reach. */
const GUIDE_WORDS = new RegExp(
  [
    '^(?:your-?[a-z][a-z\\d-]*',
    'x{2,}(?:-x+)*',
    '(?:(?:public|server|host|machine|external|my)-?)?ip(?:-?address)?',
    '(?:public-|server-)?(?:host(?:-?name)?|domain(?:-?name)?)',
    '(?:ngrok|tunnel|public)-(?:url|host|domain|subdomain|id)',
    'name-of-the-tunnel',
    '(?:replace|change)-?me',
    'example)$',
  ].join('|'),
)

/** Names that nobody's bot has: reserved ones (RFC 2606), and those that mean "yours" in most guides. */
const GUIDE_NAMES: readonly RegExp[] = [
  /\.(?:example|invalid|test)$/,
  /(?:^|\.)example\.(?:com|org|net)$/,
  /(?:^|\.)your-?domain(?:-?name)?\.[a-z]{2,10}(?:\.[a-z]{2,3})?$/,
  /(?:^|\.)your-?server\.com$/,
  /(?:^|\.)your-(?:host(?:-?name)?|ip|url|endpoint)\.(?:com|org|net|io)$/,
  /^your(?:\.[a-z\d-]+)*\.(?:ip|address|domain|server|host-?name|url|here)$/,
  /^your\.(?:domain|server|host)\.(?:com|org|net|io)$/,
  /(?:^|[.-])x{2,}(?:-x{2,}){2,}(?:[.-]|$)/,
  /^(?=.*x)(?:\d{1,3}|x{1,3})(?:\.(?:\d{1,3}|x{1,3})){3}$/,
  /^a\.b\.c\.d$/,
  /(?:^|\.)yourcompany\.[a-z]{2,10}(?:\.[a-z]{2,3})?$/,
  /(?:^|\.)mydomain\.com$/,
  /^stream\.customer\.com$/,
]

/** Whose names are given out by chance, or by project: there the first label is the user's own. */
const GIVEN_NAMES =
  /\.(?:ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|loca\.lt|serveo\.net|lhr\.life|devtunnels\.ms|onrender\.com|herokuapp\.com|railway\.app|fly\.dev|vercel\.app|run\.app|workers\.dev|azurewebsites\.net|amazonaws\.com)$/
const YOURS = String.raw`(?:ngrok|tunnel|sub-?domain|static|reserved|domain|app|service|project|name|id|server|host|url|uri|instance|worker|here|websocket|random|ec2|ip|public)`
const SAMPLE_LABEL = new RegExp(
  [
    `^(?:your-?${YOURS}(?:-?${YOURS})*`,
    '(?:my-?)?(?:ngrok|tunnel)-(?:url|id|host|domain|subdomain)',
    'x{3,}(?:-x+)*',
    'abc-?123|abcd-?1234|1234-?abcd|xyz-?123|abc-def|1234-56-78-90-12',
    'random-?(?:name|string|id|subdomain|url|words)',
    'sub-?domain|example)$',
  ].join('|'),
)

function isSampleOfTunnel(host: string): boolean {
  return GIVEN_NAMES.test(host) && SAMPLE_LABEL.test(host.split('.', 1)[0] ?? '')
}

const CREDENTIALS =
  /^(?:your[-_]?)?(?:exotel[-_]?)?(?:api[-_]?)?(?:key|user(?:name)?):(?:your[-_]?)?(?:exotel[-_]?)?(?:api[-_]?)?(?:token|pass(?:word)?|secret)$/i

/** In a segment of the path, or a pair of the query. */
function wordIn(part: string): string | undefined {
  const marked = namesIn(part).find(({name}) => !isCallDetail(name))
  const [name = '', value = name] = part.split(/=(.*)/s, 2)
  // What stands between the marks may be the secret itself.
  if (marked) return isSecretName(name) && part.includes('=') ? `${name}=***` : marked.word
  return UNFILLED.test(value) && !isCallDetail(value) ? value : undefined
}

function namesIn(text: string): readonly {readonly word: string; readonly name: string}[] {
  return [...text.matchAll(MARKED)].map(([word, ...names]) => ({
    word,
    name: names.find((name: string | undefined) => name !== undefined) ?? '',
  }))
}

function isCallDetail(name: string): boolean {
  return CALL_DETAILS.has(name.toLowerCase().replace(/[^a-z]/g, ''))
}
