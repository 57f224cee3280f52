import type {Check, CheckContext, CheckResult} from '../check.js'
import {portOf} from '../endpoint.js'
import {askHttp} from './asking/ask-http.js'
import {type AskMetadata, cloudTitle, findCloud, openPortCommand} from './clouds.js'

/** A machine's own metadata address answers at once; where there is none, nobody does. */
const ANSWER_LIMIT_MS = 1000
const MAX_ANSWER_BYTES = 64 * 1024

export const cloudCheck: Check = {
  id: 'cloud',
  title: 'The cloud of this machine is known',
  group: 'machine',
  roles: 'machine',
  needs: [],
  after: ['network', 'url'],
  limitMs: 5000,
  run: lookForCloud,
}

async function lookForCloud(context: CheckContext): Promise<CheckResult> {
  const {target, hop, world, known} = context
  if (!target.wantsMetadata)
    return skipped('not checked: the metadata of a cloud is asked only with --metadata')
  if (target.isOffline)
    return skipped('not checked with --offline: the metadata of a cloud is not asked')
  if (known.isOffline) return skipped('not checked: this machine has no network')
  const found = await findCloud(askAt(context))
  if (!found) return skipped(`no cloud that is known here answers at ${world.metadataUrl}`)
  const {cloud, ids} = found
  const named = ids.instance === undefined ? '' : ` ${ids.instance}`
  const address = ids.address === undefined ? '' : `, ${ids.address} to the outside`
  const port = hop.url ? portOf(hop.url) : target.defaultPort
  const command = openPortCommand(cloud, port, ids) ?? ''
  return {
    status: 'pass',
    summary: `this machine is${named} of ${cloudTitle(cloud)}${address}`,
    detail: `Where its firewall does not let port ${String(port)} in:\n${command}`,
    known: {cloud, cloudIds: ids},
  }
}

function askAt({world, signal}: CheckContext): AskMetadata {
  return async (path, options = {}) => {
    const url = new URL(path, world.metadataUrl)
    const question = {url, ...options, limitMs: ANSWER_LIMIT_MS, maxBytes: MAX_ANSWER_BYTES}
    const {answer} = await askHttp(question, {...world, signal})
    return answer?.status === 200 ? answer : undefined
  }
}

function skipped(summary: string): CheckResult {
  return {status: 'skip', summary, mayGoOn: true}
}
