export type TunnelKind = 'ngrok' | 'cloudflared' | 'localtunnel'

/** A program that opens a tunnel: how it is started, and how what it says is read. */
export type TunnelProgram = {
  readonly name: string
  /** How it gets onto a machine, as the end of a sentence. */
  readonly install: string
  /** @param upstream where the server listens, such as http://127.0.0.1:5000 */
  args(upstream: URL): readonly string[]
  /** The public URL, when this line of its output tells it. */
  urlIn(line: string): string | undefined
  /** What a person can read of a line; undefined when it says nothing of interest. */
  wordsIn(line: string): string | undefined
  /** What its words mean and what to do, when they are known ones. */
  explain(words: string): string | undefined
}

const TOKEN_COMMAND = '"ngrok config add-authtoken TOKEN"'

/** Its log and its error codes: ngrok.com/docs/agent, ngrok.com/docs/errors. */
const ngrok: TunnelProgram = {
  name: 'ngrok',
  install: `install it with "brew install ngrok" or from https://ngrok.com/download, and run ${TOKEN_COMMAND} once`,
  args: (upstream) => ['http', upstream.origin, '--log', 'stdout', '--log-format', 'json'],
  urlIn(line) {
    const {msg, url} = jsonIn(line)
    return msg?.startsWith('started ') === true && url !== undefined ? httpsOrigin(url) : undefined
  },
  wordsIn(line) {
    const {lvl, msg, err} = jsonIn(line)
    if (lvl === undefined) return line.replace(/^ERROR:\s*/, '')
    return /^(warn|eror|crit)/.test(lvl) ? (err ?? msg) : undefined
  },
  explain(words) {
    if (/ERR_NGROK_(4018|105|106|107)\b/.test(words)) {
      return `it has no valid authtoken; take yours from https://dashboard.ngrok.com/get-started/your-authtoken and run ${TOKEN_COMMAND}`
    }
    if (/ERR_NGROK_108\b/.test(words)) {
      return 'the account is at its limit of sessions; stop the ngrok that runs already, here or as https://dashboard.ngrok.com/agents shows'
    }
    if (/ERR_NGROK_334\b/.test(words)) {
      return 'another ngrok of the account has its address already; stop that one'
    }
    return /ERR_NGROK_12[01]\b/.test(words) ? 'it is too old; run "ngrok update"' : undefined
  },
}

/** A quick tunnel, which needs no account: developers.cloudflare.com/cloudflare-one, TryCloudflare. */
const cloudflared: TunnelProgram = {
  name: 'cloudflared',
  install:
    'install it with "brew install cloudflared" or from https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/',
  args: ({origin, protocol}) => [
    'tunnel',
    '--no-autoupdate',
    ...(protocol === 'https:' ? ['--no-tls-verify'] : []),
    '--url',
    origin,
  ],
  urlIn(line) {
    // Its own API has such a name too, and is named where it cannot be reached.
    const [url] = /https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com(?![\w.-])/.exec(line) ?? []
    return url
  },
  wordsIn: (line) => line.replace(/^\S+Z (?=[A-Z]{3} )/, ''),
  explain(words) {
    return /\b429\b|error code: 1015|Too Many Requests/.test(words)
      ? 'Cloudflare gives no more quick tunnels to this address for now; wait some minutes, or take another with --tunnel'
      : undefined
  },
}

/** Its `lt`, by npm: github.com/localtunnel/localtunnel. */
const localtunnel: TunnelProgram = {
  name: 'lt',
  install: 'install it with "npm install --global localtunnel"',
  args: ({hostname, port, protocol}) => [
    '--port',
    port,
    // Given a host it rewrites the Host header, and loopback is what it takes without.
    ...(hostname === '127.0.0.1' ? [] : ['--local-host', hostname]),
    ...(protocol === 'https:' ? ['--local-https', '--allow-invalid-cert'] : []),
  ],
  urlIn(line) {
    const [, url] = /^your url is: (\S+)/.exec(line) ?? []
    return url === undefined ? undefined : httpsOrigin(url)
  },
  wordsIn: (line) => (/^\s+at /.test(line) ? undefined : line),
  explain(words) {
    if (/tunnel server offline|your url is: undefined/.test(words)) {
      return 'the public server of localtunnel does not answer; try again later, or take another with --tunnel'
    }
    return /connection refused: \S+ \(check your firewall/.test(words)
      ? 'a firewall, or the public server of localtunnel, refuses its connections; take another with --tunnel'
      : undefined
  },
}

export const tunnelPrograms: Readonly<Record<TunnelKind, TunnelProgram>> = {
  ngrok,
  cloudflared,
  localtunnel,
}

type LogLine = {
  readonly lvl?: string | undefined
  readonly msg?: string | undefined
  readonly err?: string | undefined
  readonly url?: string | undefined
}

function jsonIn(line: string): LogLine {
  if (!line.startsWith('{')) return {}
  try {
    const value: unknown = JSON.parse(line)
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return Object.fromEntries(entries.filter(([, entry]) => typeof entry === 'string'))
  } catch {
    return {}
  }
}

/** What it says goes to people and into answers, so only a plain address passes. */
function httpsOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const {protocol, origin} = new URL(text)
  return protocol === 'https:' ? origin : undefined
}
