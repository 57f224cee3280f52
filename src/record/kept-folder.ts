import {lstat, mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Lies in every folder that we made for a call, and in no other: what has it may be mended and deleted. */
const MARKER = '.exostream'

/** What `safeName` gives, and what we put before and behind it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_~-]*$/

/** A test client may use one id for all its calls; looking for a free name has to end. */
const MOST_NUMBERED = 100

/**
 * A new folder for one call, which only its owner can read. Where the name is taken it is numbered,
 * `NAME-2`; after a hundred of them `unique` is put behind it.
 */
export async function makeKeptFolder(
  parent: string,
  name: string,
  unique: string,
): Promise<string> {
  const path = await makeFree(parent, name, unique)
  try {
    await writeFile(join(path, MARKER), '', {flag: 'wx', mode: 0o600})
  } catch (error) {
    // Without its marker it would never be deleted.
    await rm(path, {recursive: true, force: true})
    throw error
  }
  return path
}

/** The paths of the folders that are ours, by name; none where there is no such parent. */
export async function keptFoldersIn(parent: string): Promise<readonly string[]> {
  const entries = await readdir(parent, {withFileTypes: true}).catch(() => [])
  const paths = entries
    // Of a link this is not said: it could lead anywhere.
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({name}) => join(parent, name))
    .sort()
  const kept: string[] = []
  for (const path of paths) if (await isRegularFile(join(path, MARKER))) kept.push(path)
  return kept
}

export async function isRegularFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isFile() ?? false
}

async function makeFree(parent: string, name: string, unique: string): Promise<string> {
  for (let attempt = 1; attempt < MOST_NUMBERED; attempt += 1) {
    const path = join(parent, attempt === 1 ? name : `${name}-${String(attempt)}`)
    if (await isNew(path)) return path
  }
  const path = join(parent, `${name}-${unique}`)
  await mkdir(path, {mode: 0o700})
  return path
}

/** Made and never looked for, so that two calls cannot take the same, whatever the disk makes of upper case. */
async function isNew(path: string): Promise<boolean> {
  try {
    await mkdir(path, {mode: 0o700})
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
