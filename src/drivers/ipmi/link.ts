/** One question at a time to one BMC: sent, sent again with growing waits, answered or given up. */

import { IpmiFormatError } from '../../ipmi/format-error.ts';
import type { PlusPacket } from '../../ipmi/packet.ts';
import type { Endpoint } from './endpoint.ts';
import type { Receiver, SharedSocket } from './shared-socket.ts';

export interface Question<T> {
  /** The packet of the n-th sending, from 0. */
  packet(attempt: number): Buffer;
  /** Milliseconds to wait after each sending; its length is the number of sendings. */
  waits: readonly number[];
  /**
   * Looks at a packet for this session: the answer, or undefined for something else. A thrown IpmiFormatError counts
   * as noise, unless nothing better comes; any other error ends the question.
   */
  accept(packet: PlusPacket): T | undefined;
}

export interface Answer<T> {
  value: T;
  /** How often the question was sent. */
  sends: number;
}

export interface Link {
  readonly consoleId: number;
  /** Rejects with NoAnswer, with a send error of the system, or with what `accept` threw. */
  ask<T>(question: Question<T>): Promise<Answer<T>>;
  /** Sends a packet that nobody answers. */
  tell(packet: Buffer): void;
  release(): void;
}

/** Every sending went unanswered. `cause` is set when something unreadable came instead. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export function createLink(parts: {
  socket: SharedSocket;
  endpoint: Endpoint;
  consoleId: number;
  released: () => void;
}): Link {
  const { socket, endpoint, consoleId, released } = parts;
  let onPacket: ((packet: PlusPacket) => void) | undefined;
  let onFailure: ((error: Error) => void) | undefined;
  const receiver: Receiver = {
    consoleId,
    endpoint,
    receive: (packet) => onPacket?.(packet),
    fail: (error) => onFailure?.(error),
  };
  socket.add(receiver);

  function ask<T>({ packet, waits, accept }: Question<T>): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      let sends = 0;
      let noise: IpmiFormatError | undefined;
      let timer: NodeJS.Timeout | undefined;

      function end(): void {
        clearTimeout(timer);
        onPacket = undefined;
        onFailure = undefined;
      }
      function fail(error: unknown): void {
        end();
        reject(error);
      }
      function send(): void {
        const wait = waits[sends];
        if (wait === undefined) {
          fail(new NoAnswer(`no answer to ${sends} packets`, noise && { cause: noise }));
          return;
        }
        sends += 1;
        timer = setTimeout(send, wait);
        socket.send(packet(sends - 1), receiver);
      }

      onFailure = fail;
      onPacket = (received) => {
        try {
          const value = accept(received);
          if (value === undefined) return;
          end();
          resolve({ value, sends });
        } catch (error) {
          if (error instanceof IpmiFormatError) noise = error;
          else fail(error);
        }
      };
      send();
    });
  }

  return {
    consoleId,
    ask,
    tell: (packet) => socket.send(packet, receiver),
    release() {
      socket.delete(receiver);
      released();
    },
  };
}
