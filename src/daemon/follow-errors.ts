/** Refusals of the daemon that are not a person's operation. */

import { OperationError } from './operation-error.ts';

export function noSuchNode(name: string): OperationError {
  return new OperationError(
    'not-found',
    `there is no node ${name} in the inventory`,
    'see: barewright get nodes',
  );
}

export function notReady(): OperationError {
  return new OperationError('not-ready', 'no commit is in force yet', 'see: barewright status');
}

export function noSuchHistory(head: string): OperationError {
  return new OperationError(
    'conflict',
    `no rewritten history with the head ${head} was refused`,
    'see: barewright status',
  );
}

export function invalidCommit(problems: number): OperationError {
  return new OperationError(
    'bad-request',
    `that commit has ${problems} problem${problems === 1 ? '' : 's'}, so there is no plan for it`,
    'see: barewright validate --ref COMMIT',
  );
}

export function noSuchRevision(why: string): OperationError {
  return new OperationError('not-found', why);
}

export function notLoopback(host: string): Error {
  return new Error(
    `the control plane is not opened on ${host} without TLS: give --tls-cert and --tls-key, or listen on loopback (127.0.0.0/8, ::1)`,
  );
}
