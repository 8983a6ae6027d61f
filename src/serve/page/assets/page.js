/** Keeps a page true: listens to the journal, brings in what changed, and leaves the rendering to the server. */

import { startFilter } from './filter.js';
import { createFragments } from './fragments.js';
import { startLog } from './log.js';
import { startRack } from './rack.js';
import { createRenewal } from './renew.js';
import { follow } from './stream.js';
import { startTimes } from './times.js';

const { kind, last, now, version, wakes } = document.body.dataset;

startTimes(Number(now));
if (kind === 'page') listen(createRenewal(version, wakes));
if (kind === 'rack' || kind === 'node' || kind === 'log') {
  const filter = kind === 'rack' ? startFilter() : null;
  if (kind === 'rack') startRack();
  listen(createFragments({ kind, version, log: startLog(filter), filter }));
}

function listen({ wake, wakeAll, lastWord }) {
  follow(Number(last), { onEvent: wake, onBack: wakeAll, lastWord });
}
