import type {Asks} from './asks.js'
import {bodyOf, headOf} from './head.js'

export function renderJavaScript(asks: Asks): string {
  const {bot, dynamic, passthru, notes} = asks
  const {url = '', credentials} = bot
  return [
    ...headOf(asks, {
      comment: '//',
      file: 'handler.mjs',
      command: 'node handler.mjs',
      needs: 'Node 20 or later',
    }),
    "import {createServer} from 'node:http'",
    '',
    "const HOST = process.env.HOST || '127.0.0.1'",
    "const PORT = Number(process.env.PORT || '8080')",
    `const STREAM_URL = process.env.STREAM_URL || ${quoted(url)}`,
    ...(credentials
      ? [
          '// They go into the answer, and so to whoever knows the dynamic URL.',
          `const CREDENTIALS = [process.env.${credentials.keyVariable} || '', process.env.${credentials.tokenVariable} || '']`,
        ]
      : ['const CREDENTIALS = []']),
    ...notes.map((line) => `// ${line}`),
    '// The dynamic URL: its path, and what the URL of a stream has to have in its query.',
    `const DYNAMIC = new Map([${entries(dynamic, quoted)}])`,
    '// Passthru: its path, and whether 302 leads anywhere behind the stream.',
    `const PASSTHRU = new Map([${entries(passthru, String)}])`,
    ...bodyOf(asks, BODY),
    '',
  ].join('\n')
}

function entries<T>(record: Readonly<Record<string, T>>, written: (value: T) => string): string {
  return Object.entries(record)
    .map(([name, value]) => `[${quoted(name)}, ${written(value)}]`)
    .join(', ')
}

function quoted(text: string): string {
  return /['\\]/.test(text) ? JSON.stringify(text) : `'${text}'`
}

/** Nothing of it differs from flow to flow. */
const BODY = String.raw`
// ---------------------------------------------------------------------------------------------
// Yours to change: which way a call goes. 200 is the first branch of the applet, 302 the second.
// The function may be async. The caller hears nothing until it has answered.
// fields has all that Exotel says, by its own names in any case: fields.get('CallFrom'),
// fields.get('flow_id'), fields.get('digits'), and behind a stream fields.get('Stream[Status]');
// for (const [name, text] of fields) goes through them.
function decide({fields, isBehindStream, has302}) {
  if (!isBehindStream) return 200
  // A stream that was never opened has an error, whatever its status says.
  const hasFailed = fields.get('Stream[Status]') === 'failed' || fields.has('Stream[Error]')
  return hasFailed && has302 ? 302 : 200
}
// ---------------------------------------------------------------------------------------------

const MOST_BODY_BYTES = 64 * 1024
const MOST_REMEMBERED = 10_000
const MOST_KEY_CHARACTERS = 500
const MOST_PARAMETERS = 3
const MOST_PARAMETER_CHARACTERS = 256
const remembered = new Map()

/** Exotel may ask again about the same call, and has to get the same answer. */
async function branchOf(path, fields) {
  const asked = ['CallSid', 'Stream[StreamSID]', 'digits'].map((name) => fields.get(name))
  const key = JSON.stringify([path, ...asked])
  if (remembered.has(key)) return remembered.get(key)
  const isBehindStream = [...fields].some(([name]) => /^stream(\[|$)/i.test(name))
  const branch = await decide({fields, isBehindStream, has302: PASSTHRU.get(path)})
  if (fields.has('CallSid') && key.length < MOST_KEY_CHARACTERS) remembered.set(key, branch)
  if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value)
  return branch
}

/** The URL of one stream: with what its query lacks, and the CallSid if Exotel takes one more. */
function streamUrl(query, callSid) {
  const own = new URL(STREAM_URL).searchParams
  const hasRate = [...own.keys()].some((name) => /^sample[-_]?rate$/i.test(name))
  const added = [...new URLSearchParams(query)].filter(
    ([name]) => !own.has(name) && !(hasRate && name === 'sample-rate'),
  )
  const custom = [...own, ...added].filter(([name]) => !/^sample[-_]?rate$/i.test(name))
  const withCallSid = callSid === undefined ? custom : [...custom, ['CallSid', callSid]]
  const characters = withCallSid.flat().join('').length
  const isRoom = withCallSid.length <= MOST_PARAMETERS && characters <= MOST_PARAMETER_CHARACTERS
  if (callSid !== undefined && isRoom && !own.has('CallSid')) added.push(['CallSid', callSid])
  const more = new URLSearchParams(added).toString()
  const joint = more === '' ? '' : STREAM_URL.includes('?') ? '&' : '?'
  return withCredentials(STREAM_URL + joint + more)
}

function withCredentials(url) {
  if (CREDENTIALS.length === 0 || new URL(url).username !== '') return url
  return url.replace('://', () => '://' + CREDENTIALS.map(encodeURIComponent).join(':') + '@')
}

/** One name is one field however it is spelt: CallSid, callsid, call_sid. The first that came counts. */
class Fields {
  #fields = new Map()
  put(name, value) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (!this.has(name)) this.#fields.set(Fields.#key(name), [name, text])
  }
  has(name) {
    return this.#fields.has(Fields.#key(name))
  }
  get(name) {
    return this.#fields.get(Fields.#key(name))?.[1]
  }
  [Symbol.iterator]() {
    return this.#fields.values()
  }
  static #key(name) {
    return name.toLowerCase().replaceAll('_', '')
  }
}

/** From query, form or JSON; one JSON text under Stream says what the keys Stream[...] say. */
function fieldsOf(pairs) {
  const fields = new Fields()
  for (const [name, value] of pairs) {
    const members = name.toLowerCase() === 'stream' ? objectIn(value) : undefined
    // In quotes, as they are pressed.
    const isDigits = name.toLowerCase() === 'digits' && typeof value === 'string'
    if (members === undefined) fields.put(name, isDigits ? value.replace(/^"(.*)"$/, '$1') : value)
    else for (const [member, text] of Object.entries(members)) fields.put('Stream[' + member + ']', text)
  }
  return fields
}

function objectIn(value) {
  try {
    const object = typeof value === 'string' ? JSON.parse(value) : value
    return typeof object === 'object' && !Array.isArray(object) ? (object ?? undefined) : undefined
  } catch {
    return undefined
  }
}

/** The body as pairs; a number is the status that refuses it. */
async function readBody(request) {
  const parts = []
  let bytes = 0
  for await (const part of request) {
    bytes += part.length
    if (bytes <= MOST_BODY_BYTES) parts.push(part)
  }
  if (bytes > MOST_BODY_BYTES) return 413
  const text = Buffer.concat(parts).toString('utf8')
  const isJson = /json/i.test(request.headers['content-type'] ?? '') || text.startsWith('{')
  if (text === '' || !isJson) return [...new URLSearchParams(text)]
  const object = objectIn(text)
  return object === undefined ? 400 : Object.entries(object)
}

async function answer(request) {
  const url = new URL('http://handler' + request.url)
  const path = url.pathname
  const isHealth = path === '/health'
  // The stream itself is the bot's.
  const isStream = /websocket/i.test(request.headers.upgrade ?? '')
  if (isStream || (!isHealth && !DYNAMIC.has(path) && !PASSTHRU.has(path))) return {status: 404}
  if (!['GET', 'POST'].includes(request.method)) return {status: 405}
  const body = request.method === 'POST' ? await readBody(request) : []
  if (typeof body === 'number') return {status: body}
  const fields = fieldsOf([...body, ...url.searchParams])
  if (isHealth) return {status: 200, json: {status: 'ok'}}
  const [callSid] = /^[\w.-]{1,128}$/.exec(fields.get('CallSid') ?? '') ?? []
  const status = PASSTHRU.has(path) ? await branchOf(path, fields) : 200
  if (status !== 200 || !DYNAMIC.has(path)) return {status, fields, callSid}
  return {status, json: {url: streamUrl(DYNAMIC.get(path), callSid)}, fields, callSid}
}

/** One line a request: no query, no credentials, and of a number its last four digits. */
function log(request, {status, fields = new Fields(), callSid}) {
  const word = (text) => String(text).replace(/[^\w./%+-]/g, '?').slice(0, 60)
  const shown = (name, text) => (text === undefined ? [] : [name + '=' + word(text)])
  const caller = fields.get('CallFrom') ?? fields.get('From')
  const parts = [
    new Date().toISOString(),
    request.method,
    word(request.url.split('?', 1)[0]).replace(/\d(?=\d{4})/g, '*'),
    status,
    ...shown('call', callSid),
    ...shown('from', caller?.replace(/.(?=.{4})/g, '-')),
    ...shown('stream', fields.get('Stream[Status]')),
  ]
  console.log(parts.join(' '))
}

const LIMITS = {requestTimeout: 10_000, headersTimeout: 10_000}
const server = createServer(LIMITS, (request, response) => {
  answer(request)
    .catch((error) => {
      console.error(String(error))
      return {status: 500}
    })
    .then((told) => {
      const {status, json} = told
      response.statusCode = status
      response.setHeader('Content-Type', json === undefined ? 'text/plain' : 'application/json')
      if (status === 405) response.setHeader('Allow', 'GET, POST')
      const text = status === 200 ? 'OK' : String(status)
      response.end(json === undefined ? text : JSON.stringify(json))
      log(request, told)
    })
})

function refuse(why) {
  console.error(why)
  process.exit(1)
}

if (STREAM_URL === '') refuse('STREAM_URL is not set: the wss:// URL of the bot.')
if (!/^wss?:\/\//i.test(STREAM_URL) || !URL.canParse(STREAM_URL) || STREAM_URL.includes('#')) {
  refuse('STREAM_URL has to be a wss:// URL without a fragment.')
}
const {hostname, pathname} = new URL(STREAM_URL)
// What guides write where the name of yours belongs.
const GUIDES =
  /(^|\.)(your[-_.]?(ip|host|domain|server|bot|url|tunnel|ngrok|name|app)|x{3,})|(^|\.)example\.\w+$|\.(example|invalid)$/
if (!/^(localhost|\[.*\]|[\w-]+(\.[\w-]+)+\.?)$/.test(hostname) || GUIDES.test(hostname)) {
  refuse('STREAM_URL has to name the host of your bot: "' + hostname + '" is none.')
}
if (CREDENTIALS.includes('')) refuse('KEY_AND_TOKEN are not set: what the bot asks for.')
if (!Number.isInteger(PORT) || PORT < 0 || PORT > 65_535) refuse('PORT has to be a number.')

// The path of the stream is a dynamic URL, too, as long as nobody opens a WebSocket there.
if (!DYNAMIC.has(pathname) && !PASSTHRU.has(pathname)) {
  DYNAMIC.set(pathname, [...DYNAMIC.values()][0])
}

server.on('error', ({code}) => refuse('It cannot listen on port ' + PORT + ': ' + code))
server.listen(PORT, HOST, () => {
  const paths = [...DYNAMIC.keys(), ...PASSTHRU.keys(), '/health'].join(', ')
  const host = HOST.includes(':') ? '[' + HOST + ']' : HOST
  console.log('listening on http://' + host + ':' + server.address().port + ' for ' + paths)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close()
    setTimeout(() => server.closeAllConnections(), 1000).unref()
  })
}`
