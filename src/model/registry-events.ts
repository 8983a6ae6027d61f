/** What the journal says of the registry that the daemon runs. `registry` is its host and port. */
export interface RegistryEvents {
  RegistryServed: { registry: string };
  /** `code` as in own-registry/error.ts. It is tried again until it works. */
  RegistryProblem: { registry: string; code: string };
  /** A wrong login at its token endpoint; `account` is what was said there. */
  RegistryRefused: { registry: string; account: string; address: string };
  /** Nodes that may not pull any more; tokens handed out before are void. */
  RegistryRevoked: { registry: string; nodes: string[] };
  CollectionBegun: { registry: string };
  CollectionDone: {
    registry: string;
    /** Of images that had been pruned. */
    manifests: number;
    blobs: number;
    /** That came free; null where they cannot be counted. */
    bytes: number | null;
    durationMs: number;
  };
  /** It takes pushes again. */
  CollectionFailed: { registry: string; why: string };
}
