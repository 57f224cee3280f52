/** The public pages behind the rules, as the findings cite them. */

export const VOICEBOT_PAGE = 'docs.exotel.com/exotel-agentstream/voicebot-applet'
export const STREAM_PAGE = 'docs.exotel.com/exotel-agentstream/stream-applet'
export const PASSTHRU_PAGE = 'support.exotel.com 3000132269'
export const CALL_DETAILS_PAGE = 'support.exotel.com 48283'
export const APPLETS_PAGE = 'developer.exotel.com/docs/agentstream/stream-voicebot-applet'
export const API_PAGE = 'developer.exotel.com/docs/agentstream/connect-voice-ai'
export const GUIDE_PAGE = 'developer.exotel.com/docs/agentstream/developer-guide'
export const REACH_PAGE = 'support.exotel.com 3000132302'
