import {createHash} from 'node:crypto'

/** Longer ids are cut, and told apart by their hash. */
const MOST_PLAIN_CHARACTERS = 64
const MOST_SHOWN_CHARACTERS = 40
const HASH_CHARACTERS = 16

const PLAIN = new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${String(MOST_PLAIN_CHARACTERS - 1)}}$`)
/** Devices, whatever follows a dot (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d|conin|conout)$/i

/**
 * A name for a file or folder, made of an id that a stranger sent. A plain id stays as it is; what is
 * left of any other is followed by `~` and a hash of the whole, so that two of them never meet.
 */
export function safeName(id: string): string {
  if (PLAIN.test(id) && !WINDOWS_DEVICE.test(id)) return id
  const shown = id
    .slice(0, MOST_SHOWN_CHARACTERS)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
  // As UTF-16, because half a surrogate pair has no UTF-8 of its own.
  const hash = createHash('sha256').update(id, 'utf16le').digest('hex').slice(0, HASH_CHARACTERS)
  return `${shown === '' ? 'unnamed' : shown}~${hash}`
}
