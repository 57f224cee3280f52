import type {Check} from '../check.js'

/** As package.json names it under `engines`; a test holds both together. */
export const OLDEST_NODE = '20.19'

/**
 * Only what does not run exostream is told. A line past its end of life (github.com/nodejs/Release,
 * schedule.json) runs it as well as before: Node 20, which ended in April 2026, is what Debian 13 ships
 * and maintains, and a warning that nothing can be done about would be on every such machine.
 */
export const nodeCheck: Check = {
  id: 'node',
  title: `Node is ${OLDEST_NODE} or later`,
  group: 'machine',
  roles: 'machine',
  needs: [],
  limitMs: 1000,
  run({world: {nodeVersion}}) {
    const version = nodeVersion.replace(/^v/, '')
    if (isAtLeast(version, OLDEST_NODE)) {
      return Promise.resolve({status: 'pass', summary: `Node is ${version}`})
    }
    return Promise.resolve({
      status: 'fail',
      summary: `Node is ${version}, and exostream needs ${OLDEST_NODE} or later`,
      fix: 'Install a later Node from https://nodejs.org, or with the version manager that you have:\nnvm install --lts',
    })
  },
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number)
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}
