import { MidstreamError } from '@midstream/core'
import { type ChannelObserver, createChannelText } from './channel-text.ts'
import type { Guard } from './guard.ts'

/**
 * Comments, ids and the like are no part of the answer, but they travel: false when there is a finding in them, then
 * they are left out. Throws UPSTREAM_INVALID_SSE for lines that are none of these.
 */
export function isCleanExtra(guard: Guard, extra: string, observer: ChannelObserver): boolean {
  if (guard.inspectors.length === 0) return true
  for (const line of extra.split('\n')) {
    if (line !== '' && !/^(:|(id|event|retry)(:|$))/.test(line)) {
      throw new MidstreamError(
        'UPSTREAM_INVALID_SSE',
        'the upstream sent a line that is not part of an event stream',
      )
    }
  }
  const channel = { kind: 'other', provenance: 'model', index: 0, key: 'other/comment' } as const
  const text = createChannelText(guard, { channel, signed: false }, observer)
  text.push(extra)
  text.close()
  return text.cut === undefined && text.render(extra, 0) === extra
}
