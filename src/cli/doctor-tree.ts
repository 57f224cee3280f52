import type {ListrTask} from 'listr2'

import type {CheckEvent, EndedCheck} from '../doctor/run-checks.js'
import type {PlannedCheck} from '../doctor/plan-checks.js'
import {withoutControls} from '../report/text/plain.js'
import type {Env} from './look.js'

/** What a person sees while the checks are made. */
export type DoctorTree = {
  readonly on: (event: CheckEvent) => void
  /** Takes the tree away, so that the report stands alone. */
  close(): Promise<void>
}

const NO_TREE: DoctorTree = {on: () => undefined, close: () => Promise.resolve()}

const BRANCHES: Readonly<Record<PlannedCheck['check']['group'], string>> = {
  url: 'The URL as it is written',
  host: 'The way to the host',
  answer: 'What answers there',
  call: 'A call',
  machine: 'This machine',
}

const BEFORE: Readonly<Record<PlannedCheck['role'], string>> = {
  stream: '',
  dynamic: 'Dynamic URL: ',
  passthru: 'Passthru URL: ',
}

/** A tree on stderr that fills in while the checks are made: only for a person, never in a pipe or a CI job. */
export async function openDoctorTree(env: Env): Promise<DoctorTree> {
  const {stdout, stderr} = process
  const isPerson = stdout.isTTY && stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb'
  if (!isPerson) return NO_TREE
  const listr2 = await import('listr2')
  const ends = new Map<string, PromiseWithResolve>()
  let shown: Promise<unknown> = Promise.resolve()
  const begin = (checks: readonly PlannedCheck[]) => {
    for (const {id} of checks) ends.set(id, promiseWithResolve())
    const output = new listr2.ProcessOutput(stderr, stderr, {leaveEmptyLine: false})
    const tree = new listr2.Listr(branches(checks, ends), {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C is heard elsewhere, and what is known by then is reported.
      registerSignalListeners: false,
      rendererOptions: {
        clearOutput: true,
        // A branch where all is well folds up; one with a failure stays open.
        collapseSubtasks: true,
        formatOutput: 'truncate',
        logger: new listr2.ListrLogger({processOutput: output}),
      },
    })
    shown = tree.run()
  }
  return {
    on(event) {
      if (event.type === 'planned') begin(event.checks)
      if (event.type === 'ended') ends.get(event.ended.id)?.resolve(event.ended)
    },
    async close() {
      await shown
    },
  }
}

type PromiseWithResolve = {
  readonly promise: Promise<EndedCheck>
  readonly resolve: (ended: EndedCheck) => void
}

// Node 20 has no Promise.withResolvers.
function promiseWithResolve(): PromiseWithResolve {
  let resolve: PromiseWithResolve['resolve'] = () => undefined
  const promise = new Promise<EndedCheck>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}

function branches(
  checks: readonly PlannedCheck[],
  ends: ReadonlyMap<string, PromiseWithResolve>,
): ListrTask[] {
  const names = new Map<string, PlannedCheck[]>()
  for (const one of checks) {
    const name = BEFORE[one.role] + BRANCHES[one.check.group]
    names.set(name, [...(names.get(name) ?? []), one])
  }
  return [...names].map(([title, its]) => ({
    title,
    task: (_context, task) => {
      void sayIfNoneMade(its, ends, (words) => {
        task.title = `${title}: ${words}`
      })
      return task.newListr(
        its.map((one) => leaf(one, ends)),
        {concurrent: true, exitOnError: false},
      )
    },
  }))
}

/** Else a branch of nothing but skipped checks would end with the sign of success alone. */
async function sayIfNoneMade(
  its: readonly PlannedCheck[],
  ends: ReadonlyMap<string, PromiseWithResolve>,
  say: (words: string) => void,
): Promise<void> {
  const ended = await Promise.all(its.flatMap(({id}) => ends.get(id)?.promise ?? []))
  if (ended.every(({result}) => result.status === 'skip')) say('not checked')
}

function leaf({id, check}: PlannedCheck, ends: ReadonlyMap<string, PromiseWithResolve>): ListrTask {
  return {
    title: `${id}  ${check.title}`,
    async task(_context, task) {
      const ended = await ends.get(id)?.promise
      if (!ended) return
      const {status, summary} = ended.result
      const words = `${id}  ${withoutControls(summary)}`
      if (status === 'skip') task.skip(words)
      else if (status === 'fail') throw new Error(words)
      else task.title = status === 'warn' ? `${words} (warning)` : words
    },
  }
}
