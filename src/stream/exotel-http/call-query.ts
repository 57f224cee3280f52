import type {CallIdentity} from '../exotel/identity.js'

/** Names of the flow and the account's tenant, as numbers in text; these belong to nobody. */
const FLOW_ID = '100001'
const TENANT_ID = '10001'

const IST_AHEAD_MS = 5.5 * 60 * 60 * 1000

/** What Exotel tells of a call in the query of each URL it asks (support.exotel.com 48283). */
export function callQuery(
  {callSid, from, to}: CallIdentity,
  {startedAt, now}: {readonly startedAt: Date; readonly now: Date},
): readonly (readonly [string, string])[] {
  return [
    ['CallSid', callSid],
    ['CallFrom', from],
    ['CallTo', to],
    ['From', from],
    ['To', to],
    ['Direction', 'incoming'],
    ['Created', longForm(startedAt)],
    ['StartTime', shortForm(startedAt)],
    ['CurrentTime', shortForm(now)],
    ['flow_id', FLOW_ID],
    ['tenant_id', TENANT_ID],
  ]
}

/** "2022-02-23 12:31:58", Indian time (erpnext's exotel_test_data.py). */
export function shortForm(time: Date): string {
  return inIndia(time).toISOString().slice(0, 19).replace('T', ' ')
}

/** "Wed, 23 Feb 2022 12:31:59", Indian time (the same). */
function longForm(time: Date): string {
  return inIndia(time).toUTCString().replace(' GMT', '')
}

/** A date whose UTC fields are those of a clock in India. */
function inIndia(time: Date): Date {
  return new Date(time.getTime() + IST_AHEAD_MS)
}
