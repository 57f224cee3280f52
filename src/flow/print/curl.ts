import {isSecretName} from '../../mask.js'
import {MAX_STREAM_URL_CHARACTERS} from '../../protocol/limits.js'
import type {StreamingApplet} from '../flow.js'
import {type BotUrl, botUrlOf, plain, publicUrl, streamingOf} from './bot-url.js'
import type {Printing} from './printing.js'
import {shellWord} from '../../shell-word.js'

/**
 * A shell script that places a test call through Calls/connect, in flow mode and in direct bot mode
 * (developer.exotel.com, connect-voice-ai). Whatever is secret comes from the environment, and goes to curl
 * over a pipe: what stands in arguments is seen by every process of the machine.
 */
export function renderCurl(printing: Printing): string {
  const applet = streamingOf(printing.flow)
  const bot = botUrlOf(printing)
  return [
    '#!/bin/sh',
    ...(bot.why === undefined
      ? []
      : [`# ${bot.why}`, '# For direct, STREAM_URL has to hold the wss:// URL of the bot.', '#']),
    ...usageOf(plain(printing.flow.name), {bot, applet}),
    ...TOOLS,
    '',
    'account() {',
    ...ACCOUNT.map(need),
    '}',
    '',
    '# Exotel calls From first, and then goes through the flow. There is no StreamUrl here.',
    'flow_call() {',
    need(FLOW_ID),
    '  complete',
    '  exoml="http://my.exotel.com/$EXOTEL_ACCOUNT_SID/exoml/start_voice/$EXOTEL_FLOW_ID"',
    '  place "Url=$exoml"',
    '}',
    '',
    '# Exotel calls From first, and then opens the stream. There is no Url here.',
    'direct_call() {',
    ...streamUrl(bot),
    `  [ "\${#stream_url}" -lt ${String(MAX_STREAM_URL_CHARACTERS)} ] ||`,
    `    fail 'The stream URL, with its credentials, must have fewer than ${String(MAX_STREAM_URL_CHARACTERS)} characters.'`,
    ...noteOf(applet),
    `  ${['place "StreamUrl=$stream_url" StreamType=bidirectional', ...extrasOf(applet)].join(' \\\n    ')}`,
    '}',
    '',
    'case ${1:-} in',
    '  flow) account; flow_call ;;',
    '  direct) account; direct_call ;;',
    '  -h | --help) usage ;;',
    '  *) usage >&2; exit 2 ;;',
    'esac',
    '',
  ].join('\n')
}

type Variable = readonly [name: string, what: string]

const ACCOUNT: readonly Variable[] = [
  ['EXOTEL_ACCOUNT_SID', 'the SID of your account, from the API settings'],
  ['EXOTEL_API_KEY', 'the API key, from the API settings'],
  ['EXOTEL_API_TOKEN', 'the API token, from the API settings'],
  ['EXOTEL_FROM', 'the number of the customer, which is called first'],
  ['EXOTEL_CALLER_ID', 'your ExoPhone, which the customer sees'],
]
const FLOW_ID: Variable = ['EXOTEL_FLOW_ID', 'the id of the flow, from its address in App Bazaar']

function need([name, what]: Variable): string {
  return `  need ${name} ${shellWord(what)}`
}

function streamVariable(query: string): Variable {
  return ['STREAM_URL', `the wss:// URL of the bot, with ?${query}`]
}

type Credentials = NonNullable<BotUrl['credentials']>

function credentialVariables({keyVariable, tokenVariable}: Credentials): readonly Variable[] {
  return [
    [keyVariable, 'the key that the bot asks for'],
    [tokenVariable, 'the token that the bot asks for'],
  ]
}

function usageOf(
  name: string,
  {bot, applet}: {readonly bot: BotUrl; readonly applet: StreamingApplet | undefined},
): readonly string[] {
  const {url, query, credentials} = bot
  const ofBot = [
    ...(url === undefined ? [streamVariable(query)] : []),
    ...(credentials ? credentialVariables(credentials) : []),
  ]
  const listed = ([variable, what]: Variable) => `  ${variable.padEnd(18)}  ${what}`
  return [
    'usage() {',
    "  cat <<'END'",
    `A test call for "${name}". The call is real, and is charged. Saved as call.sh:`,
    '  sh call.sh flow    Exotel calls you, and then goes through the flow',
    '  sh call.sh direct  Exotel calls you, and opens the stream itself, without a flow',
    ...(applet?.kind === 'stream'
      ? ['    Only flow tries the Stream applet: a direct stream always goes both ways.']
      : []),
    'From the environment:',
    ...ACCOUNT.map(listed),
    '  EXOTEL_API_HOST     api.exotel.com unless set; api.in.exotel.com for an account in Mumbai',
    'and for flow:',
    listed(FLOW_ID),
    ...(ofBot.length === 0 ? [] : ['and for direct:', ...ofBot.map(listed)]),
    'END',
    '}',
    'set -eu',
    'LC_ALL=C',
    'export LC_ALL',
    'base=${EXOTEL_API_BASE:-https://${EXOTEL_API_HOST:-api.exotel.com}}',
  ]
}

/** Nothing of it differs from flow to flow. */
const TOOLS = String.raw`
fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# All that lack are told at once.
missing=
need() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || missing=$(printf '%s\n  %-18s  %s' "$missing" "$1" "$2")
}
complete() {
  [ -z "$missing" ] || fail "Not set in the environment:$missing"
}

# Percent-encoded, where it holds anything that means something in a URL.
encode() {
  case $1 in
    *[!A-Za-z0-9._~-]*) printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g' ;;
    *) printf '%s' "$1" ;;
  esac
}

# A line of curl's config. A line break in a value would begin another option.
option() {
  printf '%s = "%s"\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n' | sed 's/["\\]/\\&/g')"
}

# Nothing is on curl's command line, where ps would show it: not the credentials, not the numbers.
config() {
  option url "$base/v1/Accounts/$(encode "$EXOTEL_ACCOUNT_SID")/Calls/connect.json"
  option user "$EXOTEL_API_KEY:$EXOTEL_API_TOKEN"
  option data-urlencode "From=$EXOTEL_FROM"
  option data-urlencode "CallerId=$EXOTEL_CALLER_ID"
  for pair; do option data-urlencode "$pair"; done
}

# Once: asked again, Exotel would call twice.
place() {
  reply=$(config "$@" | curl --disable --config - --silent --show-error --globoff \
    --connect-timeout 10 --max-time 30 --write-out '\n%{http_code}') ||
    fail 'Exotel gave no answer. Look into the dashboard before you try again: it may call anyway.'
  status=$(printf '%s' "$reply" | tail -n 1)
  body=$(printf '%s' "$reply" | sed '$d' | tr -d '\000-\010\013-\037\177' | head -c 4000)
  # Without the numbers, and without what stands before a host.
  printf '%s\n' "$body" | sed -E -e 's#("(From|To|from|to)" *: *")[^"]*([^"]{4}")#\1****\3#g' \
    -e 's#(/\\?/)[^/"@ ]*@#\1***@#g'
  case $status in
    200) ;;
    401) fail '401: the key or the token is wrong, or of another account.' ;;
    403) fail '403: the account may not do this; hello@exotel.com enables the applets.' ;;
    404) fail '404: no such account here; one in Mumbai needs EXOTEL_API_HOST=api.in.exotel.com.' ;;
    429) fail '429: too many calls at once; wait a minute.' ;;
    *) fail "$status: Exotel did not take the call." ;;
  esac
  sid=$(printf '%s' "$body" | tr -d '\n' | sed -n 's/.*"[Ss]id" *: *"\([A-Za-z0-9]*\)".*/\1/p')
  [ -n "$sid" ] || fail 'Exotel said 200, but no CallSid.'
  printf 'CallSid: %s (taken, not yet answered)\n' "$sid"
  printf 'Follow it: exostream logs --follow --call %s\n' "$sid"
}`.split('\n')

function streamUrl({url, query, credentials}: BotUrl): readonly string[] {
  const given =
    url === undefined
      ? [need(streamVariable(query)), '  stream_url=${STREAM_URL:-}']
      : [`  stream_url=${shellWord(url)}`]
  return [...given, ...(credentials ? withCredentials(credentials) : []), '  complete']
}

function withCredentials(credentials: Credentials): readonly string[] {
  const {keyVariable: key, tokenVariable: token} = credentials
  return [
    '  rest=${stream_url#*://}',
    '  case ${rest%%[/?#]*} in',
    '    *@*) ;; # It has its own.',
    '    *)',
    ...credentialVariables(credentials).map((variable) => `    ${need(variable)}`),
    '      complete',
    `      userinfo=$(encode "$${key}"):$(encode "$${token}")`,
    '      stream_url="${stream_url%%://*}://$userinfo@$rest"',
    '      ;;',
    '  esac',
  ]
}

/** What Connect Voice AI is told beside the stream. */
function extrasOf(applet: StreamingApplet | undefined): readonly string[] {
  if (applet?.kind !== 'connect-voice-ai') return applet?.record === true ? ['Record=true'] : []
  const {record, timeLimitSeconds, statusCallback} = applet
  return [
    ...(record ? ['Record=true'] : []),
    ...(timeLimitSeconds === undefined ? [] : [`TimeLimit=${String(timeLimitSeconds)}`]),
    ...(isPrintable(statusCallback) ? [shellWord(`StatusCallback=${statusCallback}`)] : []),
  ]
}

function noteOf(applet: StreamingApplet | undefined): readonly string[] {
  if (applet?.kind !== 'connect-voice-ai' || applet.statusCallback === undefined) return []
  if (isPrintable(applet.statusCallback)) return []
  return ['  # The StatusCallback of the flow is left out: it is not public, or holds a secret.']
}

function isPrintable(callback: string | undefined): callback is string {
  const url = publicUrl(callback)
  return (
    url?.username === '' && url.password === '' && ![...url.searchParams.keys()].some(isSecretName)
  )
}
