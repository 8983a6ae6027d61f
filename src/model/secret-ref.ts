/**
 * Where a secret is read from; never its value. A relative `file` lies in the daemon's secrets directory. `sops` is an encrypted file
 * of the repository, below `secrets/`, and `key` the way to the value in it: `bmc.password`, `users.0.password`.
 */
export type SecretRef = { env: string } | { file: string } | { sops: string; key: string };
