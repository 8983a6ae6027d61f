/** What a registry has answered, its body still to be read or dumped. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: {
    /** Reads it to its end, so that the connection can be used again. */
    dump(): Promise<unknown>;
    text(): Promise<string>;
    json(): Promise<unknown>;
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
  };
}
