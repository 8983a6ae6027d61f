/** The people of a scenario: they commit, approve, restart the daemon, and press buttons. */

import type { HistoryEntry } from '../../src/lab/history.ts';
import type { StatusView } from '../../src/model/api.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Deed, Plot } from './draw.ts';
import { createLedger } from './ledger.ts';
import { firstWish, type NodeWish, profileOf, type SiteWish, siteText, withNode } from './wish.ts';
import type { World } from './world.ts';

/** Nodes that a person released, with what they had been shown. */
interface Approval {
  digest: string;
  nodes: readonly string[];
}

export type People = ReturnType<typeof createPeople>;

export function createPeople(world: World, { names, limits }: Plot) {
  const { repository } = world;
  const ledger = createLedger();
  const approvals: Approval[] = [];
  const said: string[] = [];
  /** What their own hands did, to tell it apart from what a BMC was told. */
  const byHand = new Set<HistoryEntry>();
  const deleted = new Map<string, NodeWish>();
  let wish = firstWish(names);
  let head = repository.head();
  let beforeRewrite: string | null = null;
  ledger.note(head, wish, null);

  async function commitWish(next: SiteWish, message: string): Promise<void> {
    wish = next;
    const parent = head;
    head = await repository.commit(siteText(wish, world.places, limits), message);
    ledger.note(head, wish, parent);
    said.push(`commit ${head.slice(0, 10)}: ${message}`);
  }

  async function changeNode(name: string, change: (node: NodeWish) => Partial<NodeWish>): Promise<void> {
    const node = wish.nodes.get(name);
    if (!node) return;
    const changed = change(node);
    await commitWish(withNode(wish, name, changed), `${name}: ${JSON.stringify(changed)}`);
  }

  async function raise(nodes: readonly string[], more: Partial<NodeWish>): Promise<void> {
    let next = wish;
    for (const name of nodes) {
      const generation = (wish.nodes.get(name)?.generation ?? 0) + 1;
      next = withNode(next, name, { generation, ...more });
    }
    await commitWish(next, `raise ${nodes.join(', ')} ${JSON.stringify(more)}`);
  }

  async function putBack(name: string, raised: boolean): Promise<void> {
    const before = deleted.get(name);
    if (!before || wish.nodes.has(name)) return;
    const node = { ...before, generation: before.generation + (raised ? 1 : 0) };
    await commitWish({ ...wish, nodes: new Map([...wish.nodes, [name, node]]) }, `put ${name} back`);
  }

  async function remove(name: string): Promise<void> {
    const node = wish.nodes.get(name);
    if (!node || wish.nodes.size < 3) return;
    deleted.set(name, node);
    const broken = wish.broken === name ? null : wish.broken;
    await commitWish({ ...withNode(wish, name, null), broken }, `delete ${name}`);
  }

  async function approve(): Promise<void> {
    const { status, body: plan } = await world.api<Plan>('/plan');
    if (status !== 200) return;
    const nodes = plan.actions.filter(({ hold }) => hold?.needsApproval).map(({ node }) => node);
    const { digest } = plan;
    approvals.push({ digest, nodes });
    const answer = await world.api('/approve', { digest, why: 'planned' });
    said.push(`approve ${digest} (${nodes.join(', ')}): ${answer.status}`);
  }

  async function rewrite(drops: boolean, name: string): Promise<void> {
    const { parent } = ledger.of(head);
    beforeRewrite = head;
    if (drops && parent) {
      head = await repository.reset(parent);
      wish = ledger.of(parent).wish;
      said.push(`history rewritten: back to ${parent.slice(0, 10)}`);
      return raise([name], {});
    }
    head = await repository.amend(`amended after ${said.length}`);
    ledger.note(head, wish, parent);
    said.push(`history rewritten: amended to ${head.slice(0, 10)}`);
  }

  async function acceptHistory(): Promise<void> {
    const { body } = await world.api<StatusView>('/status');
    if (body.git.state !== 'rewritten' || !body.git.head) return;
    const answer = await world.api('/accept-history', { head: body.git.head, why: 'meant so' });
    said.push(`accept history ${body.git.head.slice(0, 10)}: ${answer.status}`);
  }

  async function restoreHistory(): Promise<void> {
    if (!beforeRewrite) return;
    head = await repository.reset(beforeRewrite);
    wish = ledger.of(head).wish;
    said.push(`history restored to ${head.slice(0, 10)}`);
  }

  function atTheRack(what: 'press' | 'unplug' | 'plug', name: string): void {
    const machine = world.rack().machine(name);
    said.push(`${what} ${name}`);
    if (what === 'plug') {
      if (!machine.powerOn()) machine.plugIn();
    } else if (what === 'unplug') {
      machine.close();
    } else {
      machine.control('off');
      const mine = machine.history.at(-1);
      if (mine) byHand.add(mine);
    }
  }

  async function ask(what: 'cycle' | 'pause' | 'resume', node: string): Promise<void> {
    const answer = await world.api(
      `/nodes/${node}/${what}`,
      what === 'resume' ? {} : { why: 'so it was asked' },
    );
    said.push(`${what} ${node}: ${answer.status}`);
  }

  async function retry(node: string): Promise<void> {
    const answer = await world.api(`/nodes/${node}/retry`, {});
    said.push(`retry ${node}: ${answer.status}`);
  }

  async function restart(down: number): Promise<void> {
    said.push(`restart, down for ${down} ms`);
    await world.restart(down);
  }

  async function mend(): Promise<void> {
    if (wish.broken) await commitWish({ ...wish, broken: null }, `mend ${wish.broken}`);
  }

  async function carryOut(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'raise':
        return raise(deed.nodes, deed.guard ? { [deed.guard]: true } : {});
      case 'lower':
        return changeNode(deed.node, ({ generation }) => ({ generation: Math.max(1, generation - 1) }));
      case 'node-profile':
        return changeNode(deed.node, (node) => ({
          profile: profileOf(wish, node) === 'base' ? 'docker' : 'base',
        }));
      case 'power':
        return changeNode(deed.node, (node) => ({ power: node.power === 'on' ? 'off' : 'on' }));
      case 'guard':
        return changeNode(deed.node, () => ({ [deed.guard]: deed.on }));
      case 'delete':
        return remove(deed.node);
      case 'put-back':
        return putBack(deed.node, deed.raised);
      case 'edit-packages':
        return commitWish({ ...wish, packages: wish.packages + 1 }, 'other packages');
      case 'edit-script':
        return commitWish({ ...wish, script: wish.script + 1 }, 'another stack script');
      case 'pool-profile': {
        const poolProfile = wish.poolProfile === 'base' ? 'docker' : 'base';
        return commitWish({ ...wish, poolProfile }, `${poolProfile} for the pool`);
      }
      case 'break':
        if (!wish.nodes.has(deed.node)) return;
        wish = { ...wish, broken: deed.node };
        return raise([deed.raise], {});
      case 'mend':
        return mend();
      case 'approve':
        return approve();
      case 'rewrite':
        return rewrite(deed.drops, deed.raise);
      case 'accept-history':
        return acceptHistory();
      case 'restore-history':
        return restoreHistory();
      case 'restart':
        return restart(deed.down);
      case 'press':
      case 'unplug':
      case 'plug':
        return atTheRack(deed.kind, deed.node);
      case 'cycle':
      case 'pause':
      case 'resume':
        return ask(deed.kind, deed.node);
    }
  }

  return {
    ledger,
    approvals,
    said,
    byHand,
    carryOut,
    retry,
    restart,
    mend,
    acceptHistory,
    wish: () => wish,
    head: () => head,
  };
}
