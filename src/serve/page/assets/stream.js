/** The journal as it is written, and what the reader is told while it cannot be heard. */

import { clockNow } from './times.js';

const AGAIN = 3_000;

/** Follows from the event `last` on; `onBack` is called when the stream is there again after it was lost. */
export function follow(last, { onEvent, onBack, lastWord }) {
  const live = document.getElementById('live');
  const text = document.getElementById('live-text');
  let after = last;
  let lost = false;
  connect();

  function connect() {
    const source = new EventSource(`/api/v1/stream?after=${after}`);
    source.addEventListener('open', () => {
      say('live', 'live');
      if (lost) onBack();
      lost = false;
    });
    source.addEventListener('journal', (message) => {
      const event = JSON.parse(message.data);
      after = event.id;
      onEvent(event);
    });
    source.addEventListener('error', () => {
      if (!lost) say('lost', `connection lost, showing the state of ${lastWord() ?? clockNow()}`);
      lost = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    });
    addEventListener('pagehide', () => source.close(), { once: true });
  }

  function say(state, words) {
    live.dataset.live = state;
    text.textContent = words;
  }
}
