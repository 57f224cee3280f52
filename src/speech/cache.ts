import {randomUUID} from 'node:crypto'
import {lstat, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {makeFolders} from '../workspace.js'

/** Where spoken text is kept between runs. A cache that cannot be read or written is none. */
type SpeechCache = {
  read(key: string): Promise<Uint8Array | undefined>
  write(key: string, wav: Uint8Array): Promise<void>
}

const NO_CACHE: SpeechCache = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
}

/** @param dir made when it is not there; a folder of ours below the system's temporary one when absent */
export async function openCache(dir?: string): Promise<SpeechCache> {
  const folder = dir ?? join(tmpdir(), `exostream-speech-${String(process.getuid?.() ?? 'user')}`)
  try {
    await makeFolders(folder, 0o700)
    // Whoever else may write there could put words into the caller's mouth.
    if (dir === undefined && !(await isOursAlone(folder))) return NO_CACHE
  } catch {
    return NO_CACHE
  }
  return {
    read: (key) => readFile(join(folder, `${key}.wav`)).catch(() => undefined),
    write: (key, wav) => put(folder, key, wav),
  }
}

async function isOursAlone(folder: string): Promise<boolean> {
  const found = await lstat(folder)
  const uid = process.getuid?.()
  if (!found.isDirectory()) return false
  return uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0)
}

/** Whole or not at all: another run may read at any moment. */
async function put(folder: string, key: string, wav: Uint8Array): Promise<void> {
  const beside = join(folder, `${key}.${randomUUID()}.part`)
  try {
    await writeFile(beside, wav, {mode: 0o600, flag: 'wx'})
    await rename(beside, join(folder, `${key}.wav`))
  } catch {
    await rm(beside, {force: true}).catch(() => undefined)
  }
}
