import type { IncomingMessage, ServerResponse } from 'node:http'
import { MidstreamError } from '@midstream/core'
import { checkJsonDepth } from './limits.ts'

/** How long a client may go on sending a body that was refused, before its connection is cut. */
const REFUSED_BODY_GRACE_MS = 1000

/**
 * Reads a request's body. Rejects with REQUEST_TOO_LARGE once more than `limit` bytes came or are announced,
 * without keeping them, and with CLIENT_ABORTED when the client leaves.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): MidstreamError =>
      new MidstreamError('REQUEST_TOO_LARGE', `the body is larger than ${limit} bytes`, {
        details: { limit },
      })
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      reject(tooLarge())
      return
    }
    const pieces: Buffer[] = []
    let size = 0
    const onData = (piece: Buffer): void => {
      size += piece.length
      if (size > limit) {
        request.off('data', onData)
        reject(tooLarge())
      } else pieces.push(piece)
    }
    request.on('data', onData)
    request.once('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)))
    request.once('error', (cause) =>
      reject(new MidstreamError('CLIENT_ABORTED', 'the client left while it sent the request', { cause })),
    )
  })
}

/**
 * Ends an answer to a request whose body may still be on its way. Ending at once would close the connection
 * while the client sends, and a client that gets a reset while it sends does not read the answer. What still
 * comes is thrown away, for a second at most.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.complete) {
    response.end(body)
    return
  }
  response.write(body)
  const timer = setTimeout(finish, REFUSED_BODY_GRACE_MS)
  function finish(): void {
    clearTimeout(timer)
    response.end()
  }
  request.once('end', finish)
  response.once('close', finish)
  request.resume()
}

/** What the gateway itself reads of a completion request; everything else is the upstream's business. */
export interface CompletionBody {
  readonly bytes: Buffer
  readonly json: Readonly<Record<string, unknown>>
  readonly model: string
  readonly stream: boolean
}

/** Parses a completion request. Throws REQUEST_INVALID with `details.path`; messages quote nothing of the body. */
export function parseCompletionBody(bytes: Buffer, maxDepth: number): CompletionBody {
  checkJsonDepth(bytes, maxDepth)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const what = error instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw new MidstreamError('REQUEST_INVALID', `the body is not valid ${what}`, {
      details: { reason: what === 'JSON' ? 'invalid_json' : 'invalid_utf8' },
    })
  }
  if (!isObject(json)) throw wrong('', 'the body must be a JSON object')
  const { model, stream, messages } = json
  if (typeof model !== 'string' || model === '') throw wrong('model', 'model must be a non-empty string')
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw wrong('stream', 'stream must be a boolean')
  }
  if (!Array.isArray(messages)) throw wrong('messages', 'messages must be an array')
  return { bytes, json, model, stream: stream === true }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(path: string, message: string): MidstreamError {
  return new MidstreamError('REQUEST_INVALID', message, { details: { path } })
}
