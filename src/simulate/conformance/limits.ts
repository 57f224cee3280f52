/** Python's websockets and uvicorn ping every 20 s and wait 20 s for the pong. */
export const WITHOUT_PONG_MS = 45_000
/** No call of a trial lasts longer, whatever the bot says. */
export const LONGEST_CALL_MS = 45_000
/** What a bot gets to greet in, of which nothing is known yet. */
export const FIRST_GREETING_MS = 5000
/** What a bot gets that does not greet. */
export const NO_GREETING_MS = 1000
