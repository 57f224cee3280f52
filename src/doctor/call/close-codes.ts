/** What a close code of the bot's stands for (RFC 6455, 7.4; IANA's registry), and what to do then. */
type Meaning = {readonly means: string; readonly fix: string}

const STAYS_OPEN = 'keep the WebSocket open until stop arrives or the call is over'

const ENDED: Meaning = {
  means: 'a normal end',
  fix: `Look for what ends the bot's handler, such as a return, the end of its first reply or a time limit, and ${STAYS_OPEN}.`,
}

const UNREADABLE: Meaning = {
  means: 'it could not read what it got',
  fix: 'Let the bot read each message as text with one JSON object, and ignore events and keys that it does not know.',
}

const OVERLOADED: Meaning = {
  means: 'it is restarting or has no room',
  fix: 'Raise the number of calls that the bot takes, or keep a warm instance of it; look in its log for a restart at that moment.',
}

const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [1000, ENDED],
  [
    1001,
    {
      means: 'the server goes away',
      fix: 'Look for what stops or restarts the server during a call: a deployment, or a reload when files change.',
    },
  ],
  [1002, UNREADABLE],
  [1003, UNREADABLE],
  [1005, {...ENDED, means: 'a close without a code'}],
  [1007, UNREADABLE],
  [
    1008,
    {
      means: 'refused by a rule of its own',
      fix: 'Look for what the bot checks once the stream is open: a token, the path, a parameter it misses, or the account; credentials are better refused with 401 before the upgrade.',
    },
  ],
  [
    1009,
    {
      means: 'a message was too large for it',
      fix: 'Raise the limit of a message in the WebSocket server of the bot to 64 kB or more.',
    },
  ],
  [
    1011,
    {
      means: 'an error in the bot',
      fix: 'Look in the log of the bot for an exception at that moment, in its handler of start or media: servers close with 1011 when a handler throws.',
    },
  ],
  [1012, OVERLOADED],
  [1013, OVERLOADED],
  [
    1014,
    {
      means: 'a gateway lost the server behind it',
      fix: 'Look in the log of the proxy or tunnel, and whether the bot behind it still runs.',
    },
  ],
])

/** 4000 to 4999 are for applications, 3000 to 3999 for their frameworks. */
const ITS_OWN: Meaning = {
  means: 'a code of the bot or its framework',
  fix: `Look for this code in the source of the bot and its framework to see why it closes, and ${STAYS_OPEN}.`,
}

export function meaningOf(code: number | undefined): Meaning {
  return MEANINGS.get(code ?? 1005) ?? ITS_OWN
}
