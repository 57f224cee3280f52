import {readdir, symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {writeOne} from '../as-javascript.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Whole folders of sources as JavaScript, with what they need beside them, for a process of their own. */
export async function compileInto(dir: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const names = await readdir(join(root, folder), {recursive: true})
    for (const name of names.filter((one) => one.endsWith('.ts'))) {
      await writeOne(join(root, folder, name), join(dir, folder, name))
    }
  }
  for (const name of ['package.json', 'node_modules', 'fixtures']) {
    await symlink(join(root, name), join(dir, name))
  }
}
