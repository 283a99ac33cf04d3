const RETRY_MS = 2000

/**
 * Listens to the gateway's events for as long as the page is open. Like EventSource, which cannot send a key.
 *
 * @param headers called before each attempt
 * @param on.state 'open', 'connecting', or 'locked' when the gateway asks for a key: then nothing more is tried
 * @param on.event type and data of each event
 */
export async function listen(url, headers, on) {
  let lastId = ''
  for (;;) {
    try {
      const resume = lastId === '' ? {} : { 'last-event-id': lastId }
      const response = await fetch(url, { headers: { ...headers(), ...resume }, cache: 'no-store' })
      if (response.status === 401) {
        on.state('locked')
        return
      }
      if (response.ok) {
        on.state('open')
        for await (const { id, type, data } of readEvents(response.body)) {
          lastId = id ?? lastId
          if (data !== undefined) on.event(type, data)
        }
      }
    } catch {
      // Not reached, or broken off: tried again below.
    }
    on.state('connecting')
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

/** The gateway's own frames: one line for each field, ended by LF. */
async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let pending = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const frames = (pending + part.value).split('\n\n')
    pending = frames.pop()
    for (const frame of frames) {
      const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: ?(.*)/s, 2)))
      yield { id: fields.id, type: fields.event, data: fields.data }
    }
  }
}
