import {isCategory, isLevel, type LogEntry} from '../../log.js'

/** The event that a line of events.ndjson holds; anybody may have written the line. */
export function entryIn(line: string): LogEntry | undefined {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null) return undefined
  // Of an object every key can be asked for.
  const {timestamp, level, category, message, values, ...ids} = value as Record<string, unknown>
  if (typeof timestamp !== 'string' || typeof message !== 'string' || !isLevel(level)) {
    return undefined
  }
  return {
    timestamp,
    level,
    category: isCategory(category) ? category : 'SYSTEM',
    ...textOf('connection', ids),
    ...textOf('callSid', ids),
    ...textOf('streamSid', ids),
    message,
    // An array is an object to the reader of a line, too.
    ...(typeof values === 'object' && values !== null ? {values: {...values}} : {}),
  }
}

function textOf(key: string, ids: Readonly<Record<string, unknown>>): object {
  const value = ids[key]
  return typeof value === 'string' ? {[key]: value} : {}
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Half a line, which the caller counts.
    return undefined
  }
}
