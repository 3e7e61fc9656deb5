/**
 * `dialer.js`, started in the network of a workload: connects to ports of its loopback as it is told
 * and hands the open connections over, so that it has no part in what passes through them.
 */
import { connect } from 'node:net'

process.on('message', ({ id, port }: { readonly id: number; readonly port: number }) => {
  const socket = connect({ host: '127.0.0.1', port })
  // What the other side says first must be read by whoever gets the connection.
  socket.pause()
  socket.once('connect', () => process.send?.({ id }, socket))
  socket.once('error', () => process.send?.({ id, failed: true }))
})
process.on('disconnect', () => process.exit())
