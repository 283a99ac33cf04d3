import { describe, expect, it } from 'vitest'
import { anthropicMessageStream } from './anthropic-message-stream.ts'
import { openaiChatStream } from './openai-chat-stream.ts'
import { sseEvent, utf8 } from './sse-compose.ts'
import { readAnthropicMessageEnd, readOpenaiChatEnd } from './sse-end.ts'

const chat = openaiChatStream({ deltas: ['a'], choices: 2 })
const chatOpen = openaiChatStream({ deltas: ['a'], finishReason: null, done: false })
const done = sseEvent('[DONE]', undefined)
const chatError = sseEvent({ error: { message: 'm', type: 't', code: 'c' } }, undefined)

describe('readOpenaiChatEnd', () => {
  it.each([
    ['a normal stream', chat, 'complete'],
    ['a filtered stream', openaiChatStream({ deltas: ['a'], finishReason: 'content_filter' }), 'refused'],
    ['CRLF', openaiChatStream({ deltas: ['a'], lineEnd: '\r\n' }), 'complete'],
    ['an error', chatOpen + chatError, 'error'],
    ['an error and [DONE]', chatOpen + chatError + done, 'error'],
    ['a break', chatOpen, 'none'],
    ['nothing', '', 'none'],
    ['a missing [DONE]', openaiChatStream({ deltas: ['a'], done: false }), 'finished'],
    ['two [DONE]', chat + done, 'malformed'],
    ['[DONE] with an open choice', chatOpen + done, 'malformed'],
    ['an error after [DONE]', chat + chatError, 'malformed'],
    ['text after an error', chatOpen + chatError + chatOpen, 'malformed'],
    ['an unfinished event', chat.slice(0, -1), 'malformed'],
    ['two finish reasons', chat.replace(done, '') + chat, 'malformed'],
    ['CR', openaiChatStream({ deltas: ['a'], lineEnd: '\r' }), 'complete'],
    ['an end in other line ends than the rest', `${chat.slice(0, -2)}\n\r\n`, 'complete'],
    ['a line end of two characters that is no blank line', `${chat.slice(0, -2)}\r\n`, 'malformed'],
    ['broken JSON', `data: {"choices"\n\n${chat}`, 'malformed'],
  ])('%s', (_, text, end) => {
    expect(readOpenaiChatEnd(utf8(text))).toBe(end)
  })
})

const message = anthropicMessageStream({ blocks: [{ type: 'text', deltas: ['a'] }] })
const stop = sseEvent({ type: 'message_stop' }, 'message_stop')
const error = { type: 'error', error: { type: 'api_error', message: 'm' } }
const start = message.slice(0, message.indexOf('event: content_block_stop'))
const [messageStart, blockStart, blockStop, messageDelta] = [
  'message_start',
  'content_block_start',
  'content_block_stop',
  'message_delta',
].map((name) => new RegExp(`event: ${name}\\n.*\\n\\n`).exec(message)![0]) as [string, string, string, string]

describe('readAnthropicMessageEnd', () => {
  it.each([
    ['a normal stream', message, 'complete'],
    ['a refusal', message.replace('end_turn', 'refusal'), 'refused'],
    ['an error', start + sseEvent(error, 'error'), 'error'],
    ['a break', start, 'none'],
    ['a missing message_stop', message.replace(stop, ''), 'finished'],
    ['an error without its name line', start + sseEvent(error, undefined), 'malformed'],
    ['two ends', message + stop, 'malformed'],
    ['an error after the end', message + sseEvent(error, 'error'), 'malformed'],
    [
      'an end with an open block',
      start + message.slice(message.indexOf('event: message_delta')),
      'malformed',
    ],
    ['an end without a reason', message.replace(/event: message_delta\n.*\n\n/, ''), 'malformed'],
    ['an unfinished event', message.slice(0, -1), 'malformed'],
    ['a second beginning', messageStart + message, 'malformed'],
    ['a block that begins twice', start + blockStart, 'malformed'],
    [
      'a block that begins again',
      message.replace(blockStop, blockStop + blockStart + blockStop),
      'malformed',
    ],
    ['a block after the reason', message.replace(stop, blockStart + stop), 'malformed'],
    ['text of a block that has not begun', start.replace(blockStart, ''), 'malformed'],
    ['two reasons', message.replace(stop, messageDelta + stop), 'malformed'],
    ['an error without a type', start + sseEvent({ type: 'error', error: {} }, 'error'), 'malformed'],
  ])('%s', (_, text, end) => {
    expect(readAnthropicMessageEnd(utf8(text))).toBe(end)
  })
})
