import {access, constants, lstat, rename, rm, stat, writeFile} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'

import {ExostreamError} from '../errors.js'

/**
 * Whether a file is there already.
 * @throws ExostreamError EXO_DATA_DIR where none could be written, or it is not a plain file
 */
export async function isThere(path: string): Promise<boolean> {
  const folder = dirname(resolve(path))
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw failed(path, `there is no folder ${dirname(path)}`)
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw failed(path, `nothing can be written into ${dirname(path)}`, cause)
  })
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSymbolicLink()) throw failed(path, 'it is a link: name the file that it leads to')
  if (found?.isDirectory()) throw failed(path, 'it is a folder: name a file')
  if (found && !found.isFile()) throw failed(path, 'it is no plain file')
  return found !== undefined
}

/**
 * Writes a file whole or not at all; one that is there stays, unless it is to be replaced.
 * @throws ExostreamError EXO_DATA_DIR
 */
export async function writeNewFile(
  path: string,
  text: string,
  {replaces}: {readonly replaces: boolean},
): Promise<void> {
  // Its name is taken by nobody else, and `wx` follows no link.
  const part = join(dirname(path), `.${basename(path)}.${String(process.pid)}.part`)
  const written = replaces ? part : path
  try {
    await writeFile(written, text, {flag: 'wx'})
    if (replaces) await rename(part, path)
  } catch (cause) {
    const isOthers = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    // What could not be written may be what cannot be removed; the first failure is the one to tell.
    if (!isOthers) await rm(written, {force: true}).catch(() => undefined)
    throw failed(path, isOthers ? 'it is there already' : 'the system refused it', cause)
  }
}

function failed(path: string, why: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_DATA_DIR', `${path} cannot be written: ${why}.`, {cause})
}
