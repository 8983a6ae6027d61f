/**
 * The least of a DHCPv6 client (RFC 8415 §18.2): SOLICIT, then REQUEST to whoever advertised. Takes interface, MAC and seconds;
 * prints the options of the reply as `code hex`, one a line, or nothing when nobody answers by then.
 */

import { createSocket } from 'node:dgram';

const [, , iface = '', mac = '', seconds = ''] = process.argv;
const SERVERS = `ff02::1:2%${iface}`;
const DUID = Buffer.from(`00030001${mac.replaceAll(':', '')}`, 'hex');

function option(code: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}

function message(type: number, ...more: Buffer[]): Buffer {
  const ia = Buffer.from('000000010000000000000000', 'hex');
  // Asked for: name servers, search list, boot file.
  const asked = Buffer.from('00170018003b', 'hex');
  const fields = [option(1, DUID), option(3, ia), option(6, asked), option(8, Buffer.alloc(2))];
  return Buffer.concat([Buffer.from([type, 1, 2, 3]), ...fields, ...more]);
}

function optionsOf(packet: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 4; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    options.set(packet.readUInt16BE(at), packet.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return options;
}

const socket = createSocket('udp6');
const timer = setTimeout(() => socket.close(), Number(seconds) * 1000);
socket.on('message', (packet) => {
  const options = optionsOf(packet);
  const server = options.get(2);
  if (packet[0] === 2 && server) socket.send(message(3, option(2, server)), 547, SERVERS);
  if (packet[0] !== 7) return;
  for (const [code, data] of options) console.log(code, data.toString('hex'));
  clearTimeout(timer);
  socket.close();
});
socket.bind(546, () => socket.send(message(1), 547, SERVERS));
