/** nginx before the boot server: it sends the large files, and passes everything else on. Values in, exact text out. */

import { matching, plainWord } from './text.ts';

export interface NginxInput {
  /** Address and port that machines ask, `10.77.0.1:8480`. */
  listen: string;
  /** Address and port of the daemon's own boot server. */
  upstream: string;
  /** Absolute; the files by their digests. */
  directory: string;
}

/** Where the daemon sends nginx for a file; nobody else gets there. */
export const NGINX_FILES = '/netboot-files/';

/**
 * A file for the `http` part of nginx's own configuration. The daemon decides what is served to whom (X-Accel-Redirect), so that
 * only what a profile in force declares goes out. `X-Forwarded-For` is replaced: what a machine says of itself there is not
 * passed on. Nothing is asked twice, since a fetch of the answers counts. Throws RenderError.
 */
export function nginxConfig({ listen, upstream, directory }: NginxInput): string {
  const endpoint = (where: string, value: string) =>
    matching(/^(?:[\d.]+|\[[0-9a-f:.]+\]):\d{1,5}$/, where, value, 'an address and a port');
  const folder = matching(
    /^(?:\/[\w.@+-]+)+$/,
    'directory',
    directory,
    'an absolute path of plain characters',
  );
  return `# barewright writes this file: what is changed here is lost.
upstream barewright {
  server ${endpoint('upstream', upstream)};
  keepalive 16;
}
server {
  listen ${endpoint('listen', listen)};
  server_tokens off;
  access_log off;
  client_max_body_size 64k;
  location / {
    proxy_pass http://barewright;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_next_upstream off;
  }
  location ${plainWord('location', NGINX_FILES)} {
    internal;
    alias ${folder}/;
    sendfile on;
    tcp_nopush on;
  }
}
`;
}
