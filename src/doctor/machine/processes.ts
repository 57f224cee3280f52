import {open, readdir, readFile} from 'node:fs/promises'
import {basename, join} from 'node:path'

import {withoutControls} from '../../mask.js'

/** A machine with more than that is not looked through to the end. */
const MOST_PROCESSES = 5000
const MOST_ARGUMENTS_BYTES = 4096
const MOST_NAME_CHARACTERS = 40

/** The processes of Linux' `/proc`, the youngest first: a bot is younger than the system. */
export async function processIds(procDir: string): Promise<readonly number[]> {
  const names = await readdir(procDir).catch(() => [])
  return names
    .filter((name) => /^\d{1,10}$/.test(name))
    .map(Number)
    .sort((left, right) => right - left)
    .slice(0, MOST_PROCESSES)
}

/** How it was started; may hold secrets, so it is only ever compared. */
export async function argumentsOf(procDir: string, pid: number): Promise<readonly string[]> {
  const text = await readStart(join(procDir, String(pid), 'cmdline'))
  return text.replace(/\0$/, '').split('\0')
}

/** As a person knows it: ours is not just another `node`. */
export async function programOf(procDir: string, pid: number): Promise<string | undefined> {
  const [, script = ''] = await argumentsOf(procDir, pid)
  if (/(?:^|[\\/])exostream(?:[\\/]bin[\\/]run\.js)?$/.test(script)) return 'exostream'
  const name = await readFile(join(procDir, String(pid), 'comm'), 'utf8').catch(() => '')
  return programName(name)
}

/** The name that another program gave to itself, fit to be shown. */
export function programName(text: string): string | undefined {
  const name = basename(withoutControls(text).trim()).slice(0, MOST_NAME_CHARACTERS)
  return name === '' ? undefined : name
}

async function readStart(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (!file) return ''
  try {
    const {bytesRead, buffer} = await file.read(Buffer.alloc(MOST_ARGUMENTS_BYTES))
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    // It has ended meanwhile.
    return ''
  } finally {
    await file.close()
  }
}
