import type {Env} from './look.js'
import type {WriteStream} from './write-stream.js'

/** Whether one JSON document is asked for; known before oclif has parsed anything, for its own errors. */
export function wantsJson(argv: readonly string[], env: Env): boolean {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  return flags.includes('--json') || /^(1|true|yes|y)$/i.test(env['EXOSTREAM_JSON'] ?? '')
}

export function writeDocument(stream: WriteStream, document: unknown): void {
  stream.write(`${JSON.stringify(document, null, 2)}\n`)
}
