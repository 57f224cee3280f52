import type {Random} from '../../random.js'

export type CallIdentity = {
  readonly callSid: string
  readonly streamSid: string
  readonly accountSid: string
  readonly from: string
  readonly to: string
}

/**
 * A call as Exotel would name it. SIDs are 32 lower-case characters without a prefix: 28 hex, the
 * year since 2006 in two digits, the month in hex and a cluster letter, as seen in public logs
 * (erpnext's exotel_test_data.py, nagaraj-appmetry/exotel-audio-bot); the account is a slug.
 */
export function makeIdentity(
  random: Random,
  now: Date,
  given: {readonly from?: string | undefined; readonly to?: string | undefined} = {},
): CallIdentity {
  const callSid = makeSid(random, now)
  const streamSid = makeSid(random, now)
  // No Indian number begins with 0 after +91, so these ring no one.
  const from = `+9100000${digits(random, 5)}`
  const to = `+9100000${digits(random, 5)}`
  return {
    callSid,
    streamSid,
    accountSid: 'exostream1',
    from: given.from ?? from,
    to: given.to ?? to,
  }
}

/** Of ten digits, of which the first is 0. */
const NUMBERS = 10 ** 9
/** Shares no factor with it, so that every place has a number of its own. */
const STRIDE = 381_966_011

/**
 * The numbers of a call by its place among many, which may be less than 0: no other of them has
 * either, on whichever machine it is made. They ring no one, for the same reason.
 * @param random the same for all of them; what it gives is where the numbers begin
 */
export function numbersOf(place: number, random: Random): Pick<CallIdentity, 'from' | 'to'> {
  const first = random.below(NUMBERS)
  const number = (nth: number) => {
    const rest = (first + nth * STRIDE) % NUMBERS
    return `+910${String((rest + NUMBERS) % NUMBERS).padStart(9, '0')}`
  }
  return {from: number(2 * place), to: number(2 * place + 1)}
}

export function makeSid(random: Random, now: Date): string {
  const hex = Array.from({length: 28}, () => random.below(16).toString(16)).join('')
  const year = String(now.getUTCFullYear() - 2006).padStart(2, '0')
  return `${hex}${year}${(now.getUTCMonth() + 1).toString(16)}m`
}

function digits(random: Random, count: number): string {
  return Array.from({length: count}, () => String(random.below(10))).join('')
}
