import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import ts from 'typescript'

const src = fileURLToPath(new URL('../../src', import.meta.url))
const compilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
}

/** Sources of `src/` as plain JavaScript in a folder, because a child of Node 20 cannot import TypeScript. */
export async function writeAsJavaScript(folder: string, sources: readonly string[]): Promise<void> {
  for (const source of sources) await writeOne(join(src, source), join(folder, source))
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
}

/** One source, under the same name with `.js`. */
export async function writeOne(source: string, target: string): Promise<void> {
  const text = await readFile(source, 'utf8')
  await mkdir(dirname(target), {recursive: true})
  await writeFile(
    target.replace(/\.ts$/, '.js'),
    ts.transpileModule(text, {compilerOptions}).outputText,
  )
}
