/** The form to log in with. It tells nothing of the site: whoever sees it has not shown who he is. */

import { type Html, html } from '../page/html.ts';

export function loginPage({ code, next, refused }: { code: string; next: string; refused: boolean }): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Log in – barewright</title>
  <link rel="icon" href="data:,">
  ${['page', 'nav', 'summary', 'card', 'actions'].map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
</head>
<body data-kind="plain">
  <header class="top"><span class="brand">barewright</span></header>
  <main id="main" tabindex="-1"><div class="card login">
    <h1>Log in</h1>
    ${refused && html`<p class="banner tone-bad" role="alert">That was refused: it is wrong, has expired, or was used before.</p>`}
    <form class="inline-form" method="post" action="/login">
      <input type="hidden" name="next" value="${next}">
      ${code === '' ? tokenField() : html`<input type="hidden" name="code" value="${code}">`}
      <button type="submit">Log in</button>
    </form>
    ${code === '' && html`<p class="soft">A token is made with <code>barewright token create</code>. On the daemon’s machine, <code>barewright login</code> prints a link instead.</p>`}
  </div></main>
</body>
</html>`;
}

function tokenField(): Html {
  return html`<label><span class="label">token</span> <input type="password" name="token" required autofocus maxlength="512" autocomplete="current-password"></label>`;
}
