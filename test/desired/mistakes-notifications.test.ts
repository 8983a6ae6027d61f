import { describe, expect, it } from 'vitest';
import { shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

function notifications(text: string) {
  return site(`  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  notifications:\n${text}`);
}

describe('notifications', () => {
  it('have every default: all channels, warnings and worse', () => {
    const text = '    channels: { ops: { slack: { url: { file: slack-url } } } }\n';
    expect(siteOf(smallFiles(notifications(text))).notifications).toEqual({
      channels: new Map([['ops', { slack: { url: { file: 'slack-url' } } }]]),
      routes: [{ channels: ['ops'], severity: 'warning', pools: null, reasons: null }],
      pages: null,
      ...{ wait: 30_000, updates: 300_000, atMost: 20 },
    });
  });

  it('take over what is written; who names reasons wants them, however small', () => {
    const text = `    pages: https://barewright.example.org/
    wait: 1m
    atMost: 5
    channels: { hook: { webhook: { url: "https://h.example.org/x", secret: { env: HOOK } } } }
    routes: [{ channels: [hook], reasons: [InstallSettled] }]
`;
    expect(siteOf(smallFiles(notifications(text))).notifications).toMatchObject({
      pages: 'https://barewright.example.org',
      routes: [{ channels: ['hook'], severity: 'info', reasons: ['InstallSettled'] }],
      ...{ wait: 60_000, atMost: 5 },
    });
  });

  it('lead to channels and pools that are there', () => {
    const text = `    channels:
      ops: { slack: { url: { file: slack-url } } }
      room: { matrix: { homeserver: https://m.example.org, room: "!a:example.org", token: { file: t } } }
    routes:
      - { channels: [opps] }
      - { channels: [ops], pools: [sipp] }
`;
    expect(shown(notifications(text))).toMatchInlineSnapshot(`
      "[dangling, dangling, dangling]
      inventory/site.yaml:11:13  warning  no route leads to the channel room
                room: { matrix: { homeserver: https://m.example.org, room: "!a:example.org", token: { file: t } } }
                      ^
          Name it in a route, or take it out.
      inventory/site.yaml:13:22  error  there is no channel opps
                - { channels: [opps] }
                               ^
          Did you mean \`ops\`?
      inventory/site.yaml:14:36  error  there is no pool sipp
                - { channels: [ops], pools: [sipp] }
                                             ^
          Did you mean \`sip\`?"
    `);
  });

  it('send no secret in the clear', () => {
    const text = `    channels:
      mail: { email: { host: m.example.org, security: none, username: u, password: { file: p }, from: a@b.org, to: [c@d.org] } }
      room: { matrix: { homeserver: http://m.example.org, room: "!a:example.org", token: { file: t } } }
      near: { matrix: { homeserver: http://127.0.0.1:8008, room: "!a:example.org", token: { file: t } } }
      hook: { webhook: { url: http://h.example.org, secret: { file: s } } }
      open: { alertmanager: { url: http://am.example.org } }
      both: { alertmanager: { url: http://am.example.org, token: { file: t }, username: u, password: { file: p } } }
`;
    expect(shown(notifications(text))).toMatchInlineSnapshot(`
      "[secret, secret, secret, secret, secret]
      inventory/site.yaml:10:55  error  the mail server would be sent the password without encryption
                mail: { email: { host: m.example.org, security: …
                                                                ^
          Write \`starttls\` or \`tls\`.
      inventory/site.yaml:11:37  error  what is told to room would be sent without encryption
                room: { matrix: { homeserver: …
                                              ^
          Write \`https://\`.
      inventory/site.yaml:13:31  error  what is told to hook would be sent without encryption
                hook: { webhook: { url: …
                                        ^
          Write \`https://\`.
      inventory/site.yaml:15:36  error  what is told to both would be sent without encryption
                both: { alertmanager: { url: …
                                             ^
          Write \`https://\`.
      inventory/site.yaml:15:66  error  there is a password too
                both: { alertmanager: { url: http://am.example.org, token: …
                                                                           ^
          Keep one of the two."
    `);
  });

  it('are of one known kind, with a secret by reference', () => {
    const text = `    channels:
      two: { slack: { url: { file: a } }, teams: { url: { file: b } } }
      plain: { slack: { url: https://hooks.slack.example/T0/B0/x } }
      typo: { slak: { url: { file: a } } }
      mail: { email: { host: m.example.org, from: nobody, to: [] } }
    routes: [{ channels: [plain], reasons: [Stukc], severity: fatal }]
`;
    expect(shown(notifications(text))).toMatchInlineSnapshot(`
      "[schema, secret, unknown-field, schema, schema, schema, schema]
      inventory/site.yaml:10:12  error  two must be one of \`slack\`, \`matrix\`, \`teams\`, \`email\`, \`webhook\` or \`alertmanager\`, as in \`{ slack: { url: … } }\`
                two: { slack: { url: { file: a } }, teams: { url: { file: b } } }
                     ^
          Correct the value, for example \`two: { slack: { url: { file: slack-url } } }\`.
      inventory/site.yaml:11:30  error  url must be a reference to a secret, never the secret itself
                plain: { slack: { url: …
                                       ^
          Put it in a file of the daemon and write \`{ file: name }\`, or \`{ env: NAME }\`; then change the url.
      inventory/site.yaml:12:15  error  typo has no field "slak"
                typo: { slak: { url: { file: a } } }
                        ^
          Did you mean \`slack\`?
      inventory/site.yaml:13:51  error  from must be a mail address, like \`ops@example.org\`, but is "nobody"
                mail: { email: { host: m.example.org, from: nobody, to: [] } }
                                                            ^
          Correct the value, for example \`from: barewright@example.org\`.
      inventory/site.yaml:13:63  error  to must be a list of at least 1 and at most 50 items, but is an empty list
                mail: { email: { host: m.example.org, from: nobody, to: [] } }
                                                                        ^
          Correct the value, for example \`to: [ops@example.org]\`.
      inventory/site.yaml:14:45  error  reasons[0] must be \`ApprovalExpired\`, \`AttemptFailed\`, \`BmcUnreachable\`, \`BootRefused\`, \`CollectionFailed\`, \`CommitAccepted\`, \`CommitRejected\`, \`CommitUnverified\`, \`DaemonStarted\`, \`DhcpProblem\`, \`GitUnreachable\`, \`HistoryAccepted\`, \`HistoryRefused\`, \`ImageBuildFailed\`, \`ImageDrift\`, \`ImageProblem\`, \`ImagePut\`, \`InstallSettled\`, \`PlanDiffers\`, \`RegistryProblem\`, \`RegistryRefused\`, \`RegistryRevoked\`, \`ReviewProblem\`, \`RolloutHalted\`, \`SignersTrusted\`, \`Stuck\`, \`TrailerIgnored\`, \`WebhookProblem\` or \`WebhookRefused\`, but is "Stukc"
              routes: [{ channels: [plain], reasons: [Stukc], severity: fatal }]
                                                      ^
          Did you mean \`Stuck\`?
      inventory/site.yaml:14:63  error  severity must be \`info\`, \`warning\` or \`error\`, but is "fatal"
              routes: [{ channels: [plain], reasons: [Stukc], severity: fatal }]
                                                                        ^
          Correct the value, for example \`severity: error\`."
    `);
  });
});
