/** What is checked, and how; decided before the first check. */
export type DoctorTarget = {
  /** The stream's URL as it was given, or that of the `serve` of this folder; absent for a dynamic URL, or none. */
  readonly stream?: string
  /** An http(s) URL that is asked for the stream's. */
  readonly dynamic?: string
  /** The URL of a Passthru applet. */
  readonly passthru?: string
  /** `url` as given, `serve` found in this folder, `machine`: no URL at all. */
  readonly kind: 'url' | 'serve' | 'machine'
  /** The `serve` of this folder asks for credentials, which its note does not hold. */
  readonly asksCredentials?: true
  /** A `serve` of this folder that cannot be called: it speaks TLS, and has no public name. */
  readonly unnamed?: string
  /** What only matters from outside is left out: public address, scheme. */
  readonly isLocal: boolean
  /** No third party is asked. */
  readonly isOffline: boolean
  /** Asks the cloud's metadata address. */
  readonly wantsMetadata: boolean
  /** A checker of the user's own, somewhere else. */
  readonly outsideUrl?: string
  /** Added to the upgrade; never shown. */
  readonly headers: Readonly<Record<string, string>>
  /** How long a silent line is held, when asked for. */
  readonly idleMs?: number
  readonly applet: Applet
  /** The port of the local set-up where no URL names one. */
  readonly defaultPort: number
}

/** What the URL is meant for; `none` is Connect Voice AI, which has no flow. */
export type Applet = 'voicebot' | 'stream' | 'none'
