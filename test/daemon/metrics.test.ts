import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aScene, type Scene } from '../promises/scene.ts';

const MONITORING = join(import.meta.dirname, '../../docs/monitoring');

let scene: Scene;
afterEach(() => scene?.close());

async function metrics(): Promise<string> {
  const answer = await fetch(`${scene.daemon().url}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

/** A figure that is named in a rule or a panel, without what a histogram adds to its name. */
function namesIn(text: string): string[] {
  const names = text.match(/barewright_[a-z_]+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}

describe('metrics', () => {
  it('count what was done, by pool, phase and profile, and never by node', async () => {
    scene = await aScene({ count: 3 });
    await scene.until((s) => s.phase === 'settled' && s.known);
    await scene.commit(scene.withNode('n02', { generation: 2 }), 'n02 anew');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n02']);
    await scene.commit(
      scene.withNode('n03', { generation: 2, extra: 'protected: { reason: data }' }),
      'n03 held',
    );
    await scene.until((s) => s.phase === 'held', ['n03']);

    const text = await metrics();
    const lines = text.split('\n');
    for (const line of [
      'barewright_nodes{pool="main",phase="settled"} 2',
      'barewright_nodes{pool="main",phase="held"} 1',
      'barewright_nodes{pool="main",phase="stuck"} 0',
      'barewright_nodes_power{pool="main",power="on"} 3',
      'barewright_nodes_held{pool="main",guard="protected"} 1',
      'barewright_component_ok{component="git"} 1',
      'barewright_branch_in_force 1',
      'barewright_install_attempts_total{profile="base",outcome="settled"} 1',
      'barewright_install_duration_seconds_count{profile="base"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(text).toMatch(/barewright_power_commands_total\{op="\S+",outcome="accepted"\} [1-9]/);
    expect(text).toMatch(/barewright_reconcile_duration_seconds_count [1-9]/);
    expect(text).not.toMatch(/n0[123]/);

    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: ['pipe', 'pipe', 'pipe'] });
    const there = namesIn(text);
    for (const file of ['alerts.yaml', 'dashboard.json']) {
      const named = namesIn(readFileSync(join(MONITORING, file), 'utf8'));
      expect(named.filter((name) => !there.includes(name))).toEqual([]);
    }
  });

  it('has alert rules that Prometheus takes, and that speak when they should', () => {
    execFileSync('promtool', ['test', 'rules', 'alerts-test.yaml'], { cwd: MONITORING, stdio: 'pipe' });
  });
});
