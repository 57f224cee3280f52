import {createReadStream} from 'node:fs'

import {ExostreamError} from '../../../errors.js'
import {withoutControls} from '../../../mask.js'

/** The flow of a hundred applets, as it is printed with all its settings, is half of this. */
const MOST_BYTES = 512 * 1024

/**
 * The bytes of a file, or of stdin where the path is `-`; of what is too long, no more than it takes to
 * know that.
 * @throws ExostreamError EXO_FLOW_NOT_FOUND
 */
export async function readFlowBytes(path: string): Promise<Uint8Array> {
  const source = path === '-' ? process.stdin : createReadStream(path)
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const part of source) {
      // The cast is what a stream without an encoding gives.
      const read = part as Uint8Array
      parts.push(read)
      bytes += read.length
      if (bytes > MOST_BYTES) break
    }
  } catch (cause) {
    throw new ExostreamError(
      'EXO_FLOW_NOT_FOUND',
      `${withoutControls(path)} could not be read: ${reasonOf(cause)}.`,
      {cause},
    )
  }
  return Buffer.concat(parts)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  return REASONS[code] ?? code
}

const TOO_LONG = 'expected a file under 512 kB'
const NO_TEXT = 'expected text in UTF-8, not UTF-16 or a binary file'

/** The text of a file, or what is wrong with its bytes. */
export function decodeFlow(
  bytes: Uint8Array,
): {readonly text: string} | {readonly problem: string} {
  if (bytes.length > MOST_BYTES) return {problem: TOO_LONG}
  try {
    return {text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)}
  } catch {
    // The only way in which it says that these are other bytes.
    return {problem: NO_TEXT}
  }
}

/** What is wrong before YAML is looked for in it; undefined where nothing is. */
export function mistakeInText(text: string): string | undefined {
  if (text.length > MOST_BYTES) return TOO_LONG
  return text.includes('\0') ? NO_TEXT : undefined
}
