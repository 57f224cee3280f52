import type {Rule} from '../../finding.js'
import {END, type Flow, type Next, type PassthruApplet} from '../../flow.js'
import {appletOf, reachable} from '../../graph.js'
import {appletName, sentence} from '../names.js'
import {PASSTHRU_PAGE} from '../sources.js'
import {behindBlocked} from './ways.js'

export const asyncBranch: Rule = {
  id: 'async-branch',
  severity: 'error',
  source: PASSTHRU_PAGE,
  find: (flow) =>
    passthrus(flow).flatMap((applet) =>
      applet.isAsync && applet.on302 !== undefined
        ? [
            {
              applet,
              field: 'on302',
              summary: `${sentence(appletName(applet))} is async and has a branch for 302, which no call takes: the flow does not wait for the answer.`,
              fix: 'Clear the box "Make Passthru Async"; in the file:\nasync: false',
            },
          ]
        : [],
    ),
}

export const sameBranches: Rule = {
  id: 'same-branches',
  severity: 'warning',
  source: PASSTHRU_PAGE,
  find: (flow) =>
    passthrus(flow).flatMap((applet) => {
      const {on200, on302, isAsync} = applet
      if (isAsync || on302 === undefined || target(flow, on200) !== target(flow, on302)) return []
      // What is written behind it is then lost, and told of so.
      if (behindBlocked(flow, [applet]).some((lost) => !reachable(flow).has(lost))) return []
      return [
        {
          applet,
          field: 'on302',
          summary: `Both branches of ${appletName(applet)} lead to the same, so that its answer decides nothing while the caller waits for it.`,
          fix: `Let on302 lead elsewhere, such as to a Connect applet; or, where nothing is to be decided, leave it out and set:\nasync: true`,
        },
      ]
    }),
}

function passthrus({applets}: Flow): readonly PassthruApplet[] {
  return applets.filter((applet) => applet.kind === 'passthru')
}

/** A Hangup does what the end of the flow does. */
function target(flow: Flow, next: Next): Next {
  return appletOf(flow, next)?.kind === 'hangup' ? END : next
}
