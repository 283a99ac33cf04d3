import { type ProtocolSubject, protocolConformance } from '@midstream/conformance'
import {
  readAnthropicMessageBody,
  readAnthropicMessageEnd,
  readAnthropicMessageStream,
  readOpenaiChatBody,
  readOpenaiChatEnd,
  readOpenaiChatStream,
} from '@midstream/test-kit'
import {
  anthropicMessages,
  createGuard,
  type Guard,
  guardBody,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'
import { chatBodies, chatStreams, messageBodies, messageStreams } from './conformance-cases.ts'

type Engine = Pick<ProtocolSubject<Guard>, 'makeGuard' | 'guardStream' | 'guardBody'>

function engine(protocol: Protocol): Engine {
  return {
    makeGuard: createGuard,
    guardStream: (guard, sink) => guardStream(guard, protocol, sink),
    guardBody: (guard, body, event) => guardBody(guard, protocol, body, event),
  }
}

protocolConformance('openaiChat', {
  ...engine(openaiChat),
  readStream: readOpenaiChatStream,
  readBody: readOpenaiChatBody,
  readEnd: readOpenaiChatEnd,
  streams: chatStreams,
  bodies: chatBodies,
})

protocolConformance('anthropicMessages', {
  ...engine(anthropicMessages),
  readStream: readAnthropicMessageStream,
  readBody: readAnthropicMessageBody,
  readEnd: readAnthropicMessageEnd,
  streams: messageStreams,
  bodies: messageBodies,
})
