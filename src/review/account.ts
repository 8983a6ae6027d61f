/** Whose token it is: asked once for each token. */

/** `ask` is called again when the token is another one. */
export function rememberAccount(
  token: () => Promise<string>,
  ask: () => Promise<string>,
): () => Promise<string> {
  let known: { token: string; login: string } | null = null;
  return async () => {
    const now = await token();
    if (known?.token !== now) known = { token: now, login: await ask() };
    return known.login;
  };
}
