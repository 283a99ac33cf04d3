import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createBodyWriter } from '../src/body-writer.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Everything that a connection brings in answer to `text`, until the server closes it. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1').on('data', (data: string) => {
      answer += data
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
    socket.write(text)
  })
}

/** Sends pieces, one flush in each turn of the event loop. */
function sendSlowly(response: ServerResponse, flushes: readonly (readonly string[])[]): void {
  const writer = createBodyWriter(response)
  let at = 0
  const next = (): void => {
    if (at === flushes.length) {
      response.end()
      return
    }
    for (const piece of flushes[at++]!) writer.write(Buffer.from(piece))
    writer.flush()
    setImmediate(next)
  }
  next()
}

const big = 'x'.repeat(40_000)

describe('createBodyWriter', () => {
  it('sends the pieces in order, small and large, as a body that ends', async () => {
    const port = await serve((_request, response) =>
      sendSlowly(response, [['a'], ['b', 'c'], [], [''], [big, 'd'], ['e']]),
    )
    const text = await new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1' }, (response) => {
        let body = ''
        response.setEncoding('latin1').on('data', (data: string) => {
          body += data
        })
        response.on('end', () => resolve(body))
      })
        .on('error', reject)
        .end()
    })
    expect(text).toBe(`abc${big}de`)
  })

  it('sends each flush after the first as one HTTP chunk', async () => {
    const port = await serve((_request, response) => sendSlowly(response, [['a'], ['bc', 'de'], ['f']]))
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('1\r\na\r\n4\r\nbcde\r\n1\r\nf\r\n0\r\n\r\n')
  })

  it('writes the size of each chunk with all of its digits, behind headers that are ready but not sent', async () => {
    const sizes = [1, 15, 16, 255, 256, 4095, 4096, 16_383, 16_384, 16_385, 65_535, 65_536]
    const port = await serve((_request, response) => {
      response.writeHead(200)
      sendSlowly(response, [['a'], ...sizes.map((size) => ['x'.repeat(size)])])
    })
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(answer.startsWith('HTTP/1.1 200 OK\r\n')).toBe(true)
    expect(
      answer
        .match(/^[\da-f]+$/gm)!
        .filter((line) => line !== 'a')
        .map((line) => Number.parseInt(line, 16)),
    ).toEqual([1, ...sizes, 0])
  })

  it('leaves the body of an HTTP/1.0 answer without chunks', async () => {
    const port = await serve((_request, response) => sendSlowly(response, [['a'], ['b', 'c']]))
    const answer = await exchange(port, 'GET / HTTP/1.0\r\n\r\n')
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('abc')
  })

  it('keeps pipelined answers apart although the second is ready first', async () => {
    const port = await serve((incoming, response) => {
      const name = incoming.url!.slice(1)
      if (name === '1') setTimeout(() => sendSlowly(response, [['1a'], ['1b']]), 20)
      else sendSlowly(response, [['2a'], ['2b'], ['2c']])
    })
    const second = 'GET /2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
    const answer = await exchange(port, `GET /1 HTTP/1.1\r\nhost: x\r\n\r\n${second}`)
    const bodies = answer.split('HTTP/1.1 200 OK').map((part) => part.slice(part.indexOf('\r\n\r\n') + 4))
    expect(bodies.slice(1)).toEqual([
      '2\r\n1a\r\n2\r\n1b\r\n0\r\n\r\n',
      '2\r\n2a\r\n2\r\n2b\r\n2\r\n2c\r\n0\r\n\r\n',
    ])
  })

  it('says when the socket is full', async () => {
    let said: (full: boolean) => void = () => {}
    const full = new Promise<boolean>((resolve) => {
      said = resolve
    })
    const port = await serve((_request, response) => {
      const writer = createBodyWriter(response)
      writer.write(Buffer.from('a'))
      const first = writer.flush()
      setImmediate(() => {
        for (let i = 0; i < 200; i++) {
          writer.write(Buffer.alloc(65_536))
          if (!writer.flush()) break
        }
        said(first && response.socket!.writableNeedDrain)
      })
    })
    const socket = connect(port, '127.0.0.1')
    closing.push(() => socket.destroy())
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await full).toBe(true)
  })
})
