import type { BodyCase, StreamCase } from '@midstream/conformance'
import { anthropicMessageStream, openaiChatStream, utf8 } from '@midstream/test-kit'

// `key` ends a channel and `keyring` does not occur, so only the end of the channel decides it.
const secrets = ['secret', 'né😀', 'key', 'keyring']

const chatDeltas = [
  { reasoning: 'First the se' },
  { reasoning: 'cret plan.' },
  'Take né',
  { content: '' },
  '\ud83d',
  '\ude00 and a "sec',
  'ret" with the key',
  { toolCall: { index: 0, id: 'call_1', name: 'send', arguments: '' } },
  { toolCall: { index: 0, arguments: '{"to":"a\\u006e\\u00' } },
  { toolCall: { index: 0, arguments: 'e9\\ud83d\\ude00","n":1,"why":"s' } },
  { toolCall: { index: 0, arguments: 'ecret\\n"}' } },
]
const chatTexts = {
  'reasoning/0': 'First the secret plan.',
  'content/0': 'Take né😀 and a "secret" with the key',
  'tool-input/0/0': '{"to":"ané😀","n":1,"why":"secret\n"}',
}
const toolCall = (args: string): object => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'send', arguments: args },
})

export const chatStreams: readonly StreamCase[] = [
  {
    name: 'reasoning, content and a tool call',
    bytes: utf8(
      openaiChatStream({
        deltas: chatDeltas,
        finishReason: 'tool_calls',
        usage: { promptTokens: 3, completionTokens: 9 },
      }),
    ),
    texts: chatTexts,
    secrets,
  },
  {
    name: 'two choices in turns, CRLF, comments, escapes',
    bytes: utf8(
      `: hello\r\n\r\n${openaiChatStream({
        deltas: [
          'my sec',
          { choice: 1, content: 'the né' },
          'ret',
          { choice: 1, content: '😀 key' },
          ' is out',
        ],
        choices: 2,
        lineEnd: '\r\n',
        asciiOnly: true,
      })}`,
    ),
    texts: { 'content/0': 'my secret is out', 'content/1': 'the né😀 key' },
    secrets,
  },
  {
    name: 'a refusal of its own',
    bytes: utf8(
      openaiChatStream({ deltas: ['Well: ', 'no words', { refusal: 'not the se' }, { refusal: 'cret' }] }),
    ),
    texts: { 'content/0': 'Well: no words', 'refusal/0': 'not the secret' },
    secrets: ['secret'],
  },
]

export const chatBodies: readonly BodyCase[] = [
  {
    name: 'reasoning, content and a tool call',
    bytes: chatStreams[0]!.bytes,
    body: utf8(
      JSON.stringify({
        id: 'chatcmpl-test',
        object: 'chat.completion',
        created: 1_767_225_600,
        model: 'test-model',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              reasoning_content: chatTexts['reasoning/0'],
              content: chatTexts['content/0'],
              tool_calls: [toolCall('{"to":"a\\u006e\\u00e9\\ud83d\\ude00","n":1,"why":"secret\\n"}')],
            },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 },
      }),
    ),
    secrets,
  },
]

const messageBlocks = [
  { type: 'text', deltas: ['Take né', '\ud83d', '\ude00 and a "sec', 'ret" with the key'] },
  { type: 'text', deltas: ['nothing', ' more'] },
  {
    type: 'tool_use',
    name: 'send',
    id: 'toolu_1',
    deltas: ['', '{"to":"', 'né😀', '","why":"s', 'ecret\\n"}'],
  },
] as const
const messageTexts = {
  'content/0': 'Take né😀 and a "secret" with the key',
  'content/1': 'nothing more',
  'tool-input/2': '{"to":"né😀","why":"secret\n"}',
}

export const messageStreams: readonly StreamCase[] = [
  {
    name: 'text and a tool call',
    bytes: utf8(anthropicMessageStream({ blocks: messageBlocks, stopReason: 'tool_use' })),
    texts: messageTexts,
    secrets,
  },
  {
    name: 'signed reasoning with a secret, CRLF, escapes',
    bytes: utf8(
      anthropicMessageStream({
        blocks: [
          { type: 'thinking', deltas: ['think of the se', 'cret', ' plan'], signature: 'c2lnbmVk' },
          { type: 'text', deltas: ['a long enough ', 'né😀'] },
        ],
        lineEnd: '\r\n',
        asciiOnly: true,
      }),
    ),
    texts: { 'reasoning/0': 'think of the secret plan', 'content/1': 'a long enough né😀' },
    secrets,
    uneditable: ['reasoning/0'],
  },
  {
    name: 'signed reasoning without a secret',
    bytes: utf8(
      anthropicMessageStream({
        blocks: [
          { type: 'thinking', deltas: ['think of a ', 'plan'], signature: 'c2lnbmVk' },
          { type: 'text', deltas: ['a long se', 'cret'] },
        ],
      }),
    ),
    texts: { 'reasoning/0': 'think of a plan', 'content/1': 'a long secret' },
    secrets: ['secret'],
  },
]

export const messageBodies: readonly BodyCase[] = [
  {
    name: 'text and a tool call',
    bytes: messageStreams[0]!.bytes,
    body: utf8(
      JSON.stringify({
        id: 'msg_test',
        type: 'message',
        role: 'assistant',
        model: 'test-model',
        content: [
          { type: 'text', text: messageTexts['content/0'] },
          { type: 'text', text: messageTexts['content/1'] },
          { type: 'tool_use', id: 'toolu_1', name: 'send', input: { to: 'né😀', why: 'secret\n' } },
        ],
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 5 },
      }),
    ),
    secrets,
  },
]
