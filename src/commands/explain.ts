import type {Readable} from 'node:stream'

import {Args} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {EXIT} from '../cli/exit-codes.js'
import {ExostreamError} from '../errors.js'

export default class Explain extends BaseCommand {
  static override summary = 'Explain what Exotel said, and what to do'
  static override description =
    'Takes an error text of Exotel, a WebSocket close code, the query of a Passthru applet, an HTTP status, or an error code or finding of exostream; also a whole log line with several of them. It asks nobody. Exit 1 when nothing in the text is known.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> "3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host"',
    '<%= config.bin %> <%= command.id %> 1006',
    '<%= config.bin %> <%= command.id %> "Stream[Status]=failed&Stream[DetailedStatus]=Streaming_call_throttled" --json',
  ]

  static override strict = false

  static override args = {
    text: Args.string({
      description: 'what was said, with or without quotes, up to 64 kB; - reads it from stdin',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<unknown> {
    const {argv} = await this.parse(Explain)
    const words = argv.map(String).join(' ')
    const {explain} = await import('../doctor/explain/explain.js')
    const {MOST_CHARACTERS} = await import('../doctor/explain/pasted-text.js')
    const text = words === '-' ? await readStart(process.stdin, MOST_CHARACTERS) : words
    if (text.trim() === '') {
      throw new ExostreamError(
        'EXO_USAGE',
        'There is no text to explain; give what Exotel showed, such as exostream explain "3009 failed to establish ws conn EOF".',
      )
    }
    const report = explain(text)
    const {renderExplanations} = await import('../doctor/explain/explanation-text.js')
    this.output.answer(renderExplanations(report, this.output.look))
    process.exitCode = report.explanations.length === 0 ? EXIT.verdict : EXIT.ok
    return report
  }
}

/** The first so many characters of a stream; what comes after them is not waited for. */
async function readStart(stream: Readable, mostCharacters: number): Promise<string> {
  let text = ''
  stream.setEncoding('utf8')
  for await (const part of stream) {
    text += String(part)
    if (text.length >= mostCharacters) break
  }
  return text.slice(0, mostCharacters)
}
