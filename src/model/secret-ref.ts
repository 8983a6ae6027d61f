/** Where a secret is read from; never its value. A relative `file` lies in the daemon's secrets directory. */
export type SecretRef = { env: string } | { file: string };
