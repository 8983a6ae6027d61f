/** The form to log in with. It tells nothing of the site: whoever sees it has not shown who he is. */

import { type Html, html } from '../page/html.ts';

export interface LoginView {
  /** Of a link that logs in once; empty: a token is asked for. */
  code: string;
  next: string;
  /** Why the login before did not do; null where there was none. */
  problem: string | null;
  /** Host of the login provider; null where there is none. */
  provider: string | null;
}

export const REFUSED = 'That was refused: it is wrong, has expired, or was used before.';

export function loginPage({ code, next, problem, provider }: LoginView): Html {
  return frame(html`<h1>Log in</h1>
    ${problem !== null && html`<p class="banner tone-bad" role="alert">${problem}</p>`}
    ${provider !== null && code === '' && providerForm(provider, next)}
    <form class="inline-form" method="post" action="/login">
      <input type="hidden" name="next" value="${next}">
      ${code === '' ? tokenField() : html`<input type="hidden" name="code" value="${code}">`}
      <button type="submit">Log in</button>
    </form>
    ${code === '' && html`<p class="soft">A token is made with <code>barewright token create</code>. On the daemon’s machine, <code>barewright login</code> prints a link instead.</p>`}`);
}

/**
 * Shown when the provider has sent a browser back. Only a page of this server leads on with the cookie of the session, which
 * is not sent along a way that began elsewhere (SameSite=Strict).
 */
export function comeInPage(next: string): Html {
  return frame(
    html`<h1>Logged in</h1><p><a href="${next}">Go on</a></p>`,
    html`<meta http-equiv="refresh" content="0; url=${next}">`,
  );
}

function providerForm(provider: string, next: string): Html {
  return html`<p><a class="button" href="/login/oidc?next=${encodeURIComponent(next)}">Log in at ${provider}</a></p>
    <p class="soft">or with a token:</p>`;
}

function frame(main: Html, head: Html | null = null): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Log in – barewright</title>
  ${head}
  <link rel="icon" href="data:,">
  ${['page', 'nav', 'summary', 'card', 'actions'].map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
</head>
<body data-kind="plain">
  <header class="top"><span class="brand">barewright</span></header>
  <main id="main" tabindex="-1"><div class="card login">
    ${main}
  </div></main>
</body>
</html>`;
}

function tokenField(): Html {
  return html`<label><span class="label">token</span> <input type="password" name="token" required autofocus maxlength="512" autocomplete="current-password"></label>`;
}
