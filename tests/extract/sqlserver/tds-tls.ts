/** TLS as TDS has it: the handshake travels inside PRELOGIN packets, and what follows stands on the bare socket. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { packet, PACKET } from './tds-wire.js';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export function encryptedBehindPrelogin(socket: Socket, certificate: Certificate): Duplex {
  let isHandshake = true;
  let flight: Buffer[] = [];
  let waiting: Buffer = Buffer.alloc(0);
  const sendFlight = (): void => {
    const data = Buffer.concat(flight);
    flight = [];
    for (let at = 0; at < data.length; at += 4_088)
      socket.write(packet(PACKET.prelogin, data.subarray(at, at + 4_088), at + 4_088 >= data.length));
  };
  const between = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      if (isHandshake) {
        // The client waits for one message per message: what one turn writes goes out as one.
        if (flight.length === 0) setImmediate(sendFlight);
        flight.push(chunk);
        done();
      } else if (socket.write(chunk)) {
        done();
      } else {
        socket.once('drain', () => {
          done();
        });
      }
    },
  });
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length > 0) {
      if (!isHandshake || waiting[0] !== PACKET.prelogin) {
        isHandshake = false;
        between.push(waiting);
        waiting = Buffer.alloc(0);
        return;
      }
      const length = waiting.length < 8 ? Infinity : waiting.readUInt16BE(2);
      if (waiting.length < length) return;
      between.push(waiting.subarray(8, length));
      waiting = waiting.subarray(length);
    }
  });
  socket.on('close', () => between.destroy());
  return new TLSSocket(between, { isServer: true, ...certificate });
}
