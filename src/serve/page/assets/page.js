/** Keeps a page true: listens to the journal, brings in what changed, and leaves the rendering to the server. */

import { startFilter } from './filter.js';
import { createFragments } from './fragments.js';
import { startLog } from './log.js';
import { startRack } from './rack.js';
import { follow } from './stream.js';
import { startTimes } from './times.js';

const { kind, last, now, version } = document.body.dataset;

startTimes(Number(now));
if (kind !== 'plain') {
  const filter = kind === 'rack' ? startFilter() : null;
  if (kind === 'rack') startRack();
  const log = startLog(filter);
  const fragments = createFragments({ kind, version, log, filter });
  follow(Number(last), { onEvent: fragments.wake, onBack: fragments.wakeAll, lastWord: fragments.lastWord });
}
