import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import ts from 'typescript'

/** Sources of `src/` as plain JavaScript in a folder, because a child of Node 20 cannot import TypeScript. */
export async function writeAsJavaScript(folder: string, sources: readonly string[]): Promise<void> {
  const options = {module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023}
  for (const source of sources) {
    const text = await readFile(new URL(`../../src/${source}`, import.meta.url), 'utf8')
    const output = join(folder, source.replace(/\.ts$/, '.js'))
    await mkdir(dirname(output), {recursive: true})
    await writeFile(output, ts.transpileModule(text, {compilerOptions: options}).outputText)
  }
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
}
