/** Server-sent events (WHATWG HTML §9.2), as far as the daemon uses them. */

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes the bytes of the answer's body; ends with it. */
export async function* readServerEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let current = fresh('');
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') addField(current, line);
      else {
        if (current.lines.length > 0) {
          yield { id: current.id, event: current.event, data: current.lines.join('\n') };
        }
        current = fresh(current.id);
      }
    }
  }
}

interface Draft {
  id: string;
  event: string;
  lines: string[];
}

function fresh(id: string): Draft {
  return { id, event: 'message', lines: [] };
}

function addField(draft: Draft, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'id') draft.id = value;
  if (name === 'event') draft.event = value;
  if (name === 'data') draft.lines.push(value);
}
