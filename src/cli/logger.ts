import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { PLAIN } from '../plan/paint.ts';
import type { Context } from './context.ts';
import { paintFor } from './paint.ts';

/** The daemon's log, on stderr: JSON lines with stable keys, or readable lines at a terminal. */
export function createLogger(context: Context, level: string): Logger {
  const { stderr, isTTY } = context;
  if (!isTTY) return pino({ level, base: null }, { write: (line) => void stderr.write(line) });
  const pretty = prettyFactory({
    colorize: paintFor(context) !== PLAIN,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,event,reason,actor,attempt,commit,phase,node',
    messageFormat: '{if node}{node}  {end}{if phase}{phase}  {end}{msg}',
  });
  return pino({ level, base: null }, { write: (line) => void stderr.write(pretty(line)) });
}
