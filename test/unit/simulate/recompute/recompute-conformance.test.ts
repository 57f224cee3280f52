import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {keepIn} from '../../../../src/simulate/keep.js'
import {summarisePlan} from '../../../../src/simulate/plan.js'
import {recomputeCall} from '../../../../src/simulate/recompute/recompute-call.js'
import {recomputeRun} from '../../../../src/simulate/recompute/recompute.js'
import {soundProcess} from '../../../rig/bot-process.js'
import {conformancePlan, virtualConformance} from '../../../rig/conformance-run.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-recompute-conformance-'))
  await virtualConformance({
    bot: soundProcess({answerMs: 300, hz: 260, speechMs: 1200}),
    world: {
      run: {
        tool: {name: 'exostream', version: '1.2.3'},
        startedAt: '2026-01-01T00:00:00.000Z',
        seed: 1,
        plan: summarisePlan(conformancePlan('ws://127.0.0.1/media')),
        machine: {platform: 'linux', arch: 'x64', cpus: 2, node: '22.0.0'},
        target: {kind: 'url'},
      },
      keep: ({scenario}) => keepIn(join(folder, scenario.name), 8000),
    },
  })
})
afterAll(() => rm(folder, {recursive: true}))

const journalOf = (name: string) => join(folder, name, 'journal.ndjson')

test('the journals of a conformance run make no report: its rules are not in them', async () => {
  const path = journalOf('conformance-first')

  await expect(recomputeRun([path], '1.2.3')).rejects.toMatchObject({
    code: 'EXO_JOURNAL_INVALID',
    message: `${path}: it is a call of a conformance run; its rules are judged over all its calls while they are made. Its report.json has them.`,
  })
})

test('each of its calls comes out of its journal as it was, whatever its form', async () => {
  const names = await readdir(folder)

  const differing = new Map<string, readonly string[]>()
  const broken: string[] = []
  for (const name of names) {
    const {notes, report} = await recomputeCall(journalOf(name))
    if (notes.length > 0) differing.set(name, notes)
    broken.push(...report.findings.map(({rule}) => `${name}: ${rule}`))
  }

  expect(names.length).toBeGreaterThan(20)
  expect(differing).toEqual(new Map())
  expect(broken).toEqual([])
})
