import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Makes `server.close()` let every answer reach its client. Node's own `closeIdleConnections`, which `close()`
 * calls, takes a connection for idle as soon as its response was ended, and destroys it while a slow client still
 * reads; and it leaves connections alone that become idle later. Here a connection is idle when its last response
 * was sent, and `closing()` makes it end there.
 */
export function closeConnectionsWhenIdle(server: Server, closing: () => boolean): void {
  const open = new Map<Socket, number>()
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection'
  server.on(event, (socket: Socket) => {
    open.set(socket, 0)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (open.get(socket) ?? 1) - 1
      if (!socket.destroyed) open.set(socket, left)
      if (left === 0 && closing()) socket.destroySoon()
    })
  })
  server.closeIdleConnections = () => {
    for (const [socket, busy] of open) if (busy === 0) socket.destroySoon()
  }
}
