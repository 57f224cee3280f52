import {mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import ts from 'typescript'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const compilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
}

/** Writes the sources as JavaScript into a folder, for a process whose Node runs no TypeScript. */
export async function compileInto(dir: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const names = await readdir(join(root, folder), {recursive: true})
    for (const name of names) if (name.endsWith('.ts')) await compile(dir, join(folder, name))
  }
  for (const name of ['package.json', 'node_modules', 'fixtures']) {
    await symlink(join(root, name), join(dir, name))
  }
}

async function compile(dir: string, name: string): Promise<void> {
  const source = await readFile(join(root, name), 'utf8')
  const path = join(dir, name.replace(/\.ts$/, '.js'))
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, ts.transpileModule(source, {compilerOptions}).outputText)
}
