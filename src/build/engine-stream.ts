/** The progress that Docker Engine sends: JSON objects, a line each (Docker Engine API 1.41, "Build an image"). */

/** What is of use in it. */
export interface EngineMessage {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
  aux?: { ID?: string; Digest?: string };
}

/** A longer line is no message. */
const LONGEST = 2 ** 20;

/** Rejects when the connection breaks before its end. */
export async function* readMessages(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<EngineMessage> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST);
    for (const line of lines) yield* parse(line);
  }
  yield* parse(rest);
}

function* parse(line: string): Generator<EngineMessage> {
  if (line.trim() === '') return;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) yield value;
  } catch {
    yield { stream: line };
  }
}
