import type {LocalTunnel} from '../../check.js'
import {isLoopback} from '../place.js'

/** What is read of an answer, before anything is made of it. */
const MOST_READ = 100

/** `{"endpoints": [{"url": "https://…", "upstream": {"url": "http://localhost:5000"}}]}` */
export function readEndpoints(answer: unknown): readonly LocalTunnel[] {
  return listIn(answer, 'endpoints').flatMap((one) =>
    tunnel('ngrok', member(one, 'url'), member(member(one, 'upstream'), 'url')),
  )
}

/** `{"tunnels": [{"public_url": "https://…", "config": {"addr": "http://localhost:5000"}}]}` */
export function readTunnels(answer: unknown): readonly LocalTunnel[] {
  return listIn(answer, 'tunnels').flatMap((one) =>
    tunnel('ngrok', member(one, 'public_url'), member(member(one, 'config'), 'addr')),
  )
}

type CloudflaredAnswers = {
  readonly quick: unknown
  readonly config: unknown
  readonly ready: unknown
}

/** A tunnel with an account has its names in the rules of its ingress; what holds for every name comes last. */
export function readCloudflared({
  quick,
  config,
  ready,
}: CloudflaredAnswers): readonly LocalTunnel[] {
  const rules = listIn(member(config, 'config'), 'ingress')
  const quickHost = member(quick, 'hostname')
  const ofRules = rules.flatMap((rule) =>
    tunnel('cloudflared', httpsOf(member(rule, 'hostname')), member(rule, 'service')),
  )
  const ofQuick = tunnel('cloudflared', httpsOf(quickHost), member(rules.at(-1), 'service'))
  const found = [...ofQuick, ...ofRules]
  const isOne = typeof member(ready, 'readyConnections') === 'number'
  return found.length === 0 && isOne ? [{name: 'cloudflared'}] : found
}

function httpsOf(host: unknown): string | undefined {
  return typeof host === 'string' && host !== '' ? `https://${host}` : undefined
}

/** Only a plain https origin passes, because it goes to people and into URLs. */
function tunnel(name: string, url: unknown, upstream: unknown): readonly LocalTunnel[] {
  const origin = typeof url === 'string' && url.length < 300 ? httpsOrigin(url) : undefined
  if (origin === undefined) return []
  const port = localPort(upstream)
  return [{name, url: origin, ...(port === undefined ? {} : {port})}]
}

function httpsOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const {protocol, origin, hostname} = new URL(text)
  return protocol === 'https:' && /^[a-z\d.-]+$/.test(hostname) ? origin : undefined
}

/** `http://localhost:5000`, `localhost:5000` or `5000`; undefined where it leads to another machine. */
function localPort(upstream: unknown): number | undefined {
  if (typeof upstream !== 'string' && typeof upstream !== 'number') return undefined
  const text = String(upstream)
  if (/^\d{1,5}$/.test(text)) return Number(text)
  const url = text.includes('://') ? text : `http://${text}`
  if (!URL.canParse(url)) return undefined
  const {hostname, port, protocol} = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (host !== 'localhost' && host !== '0.0.0.0' && !isLoopback(host)) return undefined
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name)
  return Array.isArray(list) ? list.slice(0, MOST_READ) : []
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  // Of an object that has it; what it is, is asked by who reads it.
  return (value as Readonly<Record<string, unknown>>)[name]
}
