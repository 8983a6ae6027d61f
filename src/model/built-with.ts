/** What is noted of a machine when it settles. */
export interface BuiltWith {
  pool: string;
  /** Over the stacks and their parameters; null where it reports none. */
  configDigest: string | null;
  /** In the order in which they were applied. */
  stacks: readonly string[];
  /** Vendor and product as its firmware names them; null where it does not. */
  hardware: string | null;
}
