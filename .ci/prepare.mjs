/** npm runs this after an install in a checkout. Without the compiler (npm ci --omit=dev) there is nothing to do. */
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'

if (hasTypeScript()) {
  const {status} = spawnSync('npm run build', {shell: true, stdio: 'inherit'})
  process.exitCode = status ?? 1
}

function hasTypeScript() {
  try {
    createRequire(import.meta.url).resolve('typescript')
    return true
  } catch {
    return false
  }
}
