import { describe, expect, it } from 'vitest';
import type { ChannelView, NotificationsView } from '../../src/model/notifications.ts';
import { ask } from './ask.ts';

const ok = { channel: 'ops', kind: 'slack', ok: true, answer: 'HTTP 200: ok' };

describe('notify', () => {
  it('test says what each channel answered, and fails where one did not take it', async () => {
    const good = await ask({ 'POST /notifications/test': [ok] }, ['notify', 'test']);
    expect(good).toMatchObject({ code: 0, stdout: 'ops (slack) took it: HTTP 200: ok\n' });
    expect(good.api.changes()).toMatchObject([{ url: '/notifications/test', body: {} }]);
    const bad = await ask(
      {
        'POST /notifications/test': [{ ...ok, ok: false, answer: 'HTTP 404: no_team' }],
      },
      ['notify', 'test', 'ops'],
    );
    expect(bad).toMatchObject({ code: 1, stdout: 'ops (slack) did not take it: HTTP 404: no_team\n' });
    expect(bad.api.changes()).toMatchObject([{ body: { channel: 'ops' } }]);
  });

  it('list shows whether channels work, or that there are none', async () => {
    const channel: ChannelView = {
      ...{ name: 'ops', kind: 'slack', state: 'ok', message: 'it takes messages' },
      ...{ since: 0, toldAt: null, retryAt: null },
    };
    const view = { state: 'ok', message: '', since: 0, open: 0 } satisfies Partial<NotificationsView>;
    const some = await ask({ 'GET /notifications': { ...view, channels: [channel] } }, ['notify', 'list']);
    expect(some.stdout).toBe('NAME   KIND    STATE\nops    slack   ok      it takes messages\n');
    const none = await ask({ 'GET /notifications': { ...view, channels: [] } }, ['notify', 'list']);
    expect(none.stdout).toContain('nobody is told');
  });
});
