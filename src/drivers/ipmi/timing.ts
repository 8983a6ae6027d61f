/** How long to wait for a BMC, in milliseconds: one number for each sending of a packet. */

export interface Timing {
  /** Each lost Open Session may hold one of the BMC's few slots for a minute: few of them, far apart. */
  open: readonly number[];
  login: readonly number[];
  read: readonly number[];
  /** A write is sent once. */
  write: number;
  close: readonly number[];
}

export const DEFAULT_TIMING: Timing = {
  open: [1000, 2000, 4000],
  login: [1000, 1500, 2000, 3000, 4000],
  read: [1000, 1500, 2000, 3000, 4000],
  write: 10_000,
  close: [1000],
};
