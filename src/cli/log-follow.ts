import type {LogQuery} from '../serve/logging/read-logs.js'
import type {Output} from './output.js'
import {onSignals} from './shutdown.js'

/** Prints each event as it is read, until there are no more, or until a signal: that is how one stops following. */
export async function showLogs(query: LogQuery, output: Output): Promise<void> {
  const {readLogs} = await import('../serve/logging/read-logs.js')
  const {readableLine} = await import('../log.js')
  const {systemClock} = await import('../clock.js')
  const signals = onSignals()
  try {
    const reading = await readLogs(query, {
      clock: systemClock,
      signal: signals.signal,
    })
    for await (const entry of reading.entries) {
      output.answer(readableLine(entry))
      output.answerLine(entry)
    }
    if (!reading.hasCall()) {
      output.say(`No call, stream or connection here begins or ends with ${query.call ?? ''}.`)
    }
    const broken = reading.broken()
    if (broken > 0)
      output.say(`Skipped ${String(broken)} broken ${broken === 1 ? 'line' : 'lines'}.`)
  } finally {
    signals.dispose()
  }
}
