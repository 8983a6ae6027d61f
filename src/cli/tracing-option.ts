/** Where traces go: an option, or the environment as OpenTelemetry has it. */

import type { DaemonSettings } from '../daemon/settings.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Null: nowhere. A base address is followed by `/v1/traces`; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is. */
export function tracingOf(
  env: Readonly<NodeJS.ProcessEnv>,
  given: string | undefined,
): NonNullable<DaemonSettings['tracing']> | null {
  if (given === undefined && env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return null;
  const base = given ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const exact = given === undefined ? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] : undefined;
  const url = exact || (base ? `${base.replace(/\/+$/, '')}/v1/traces` : '');
  if (url === '') return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CliError(
      EXIT.usage,
      'the address for traces is no http or https address',
      'write it like http://127.0.0.1:4318',
    );
  }
  const headers = env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] || env['OTEL_EXPORTER_OTLP_HEADERS'] || '';
  return { url, headers: parseHeaders(headers) };
}

/** `name=value,name=value`, values as in URLs (W3C Baggage). */
function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    return at > 0 ? [[part.slice(0, at).trim(), decoded(part.slice(at + 1).trim())]] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
