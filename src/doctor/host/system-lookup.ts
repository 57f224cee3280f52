import {execFile} from 'node:child_process'
import type {LookupAddress} from 'node:dns'

import type {DoctorWorld} from '../world.js'

/** Longer than anybody here waits for it; a resolver that is silent keeps getaddrinfo for half a minute. */
const LIMIT_MS = 8000
const MOST_ANSWER_BYTES = 64 * 1024

/** What the child does: the name is its argument, the answer or Node's error is a line of JSON. */
const SCRIPT = `
const say = (value) => process.stdout.write(JSON.stringify(value))
require('node:dns').lookup(process.argv[1], {all: true}, (error, addresses) =>
  say(error ? {code: error.code, message: error.message} : {addresses}))
`

/**
 * As the system finds a name: its resolver, its hosts file and whatever else it is set to. In a process
 * of its own, because getaddrinfo cannot be given up: its thread would hold this one back at its end.
 */
export const systemLookup: DoctorWorld['lookup'] = (hostname) =>
  new Promise((resolve, reject) => {
    const options = {
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_ANSWER_BYTES,
      windowsHide: true,
    } as const
    const args = ['-e', SCRIPT, '--', hostname]
    const child = execFile(process.execPath, args, options, (error, stdout) => {
      process.off('exit', kill)
      const answer = read(stdout)
      if (answer?.addresses) resolve(answer.addresses)
      else if (answer)
        reject(Object.assign(new Error(answer.message), {code: answer.code, hostname}))
      else reject(noAnswer(hostname, error))
    })
    const kill = () => {
      child.kill('SIGKILL')
    }
    process.on('exit', kill)
  })

type Answer = {
  readonly addresses?: readonly LookupAddress[]
  readonly code?: string
  readonly message?: string
}

function read(stdout: string): Answer | undefined {
  try {
    // The cast is what the script says.
    return JSON.parse(stdout) as Answer
  } catch {
    return undefined
  }
}

/** As Node words it when the resolver was silent for too long. */
function noAnswer(hostname: string, cause: Error | null): Error {
  const words = `getaddrinfo EAI_AGAIN ${hostname}`
  return Object.assign(new Error(words, {cause}), {code: 'EAI_AGAIN', hostname})
}
