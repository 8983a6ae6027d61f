/** Beside the logger, so that declaring the option does not load it. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
