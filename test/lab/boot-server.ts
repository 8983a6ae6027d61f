import type { HttpAnswer, HttpPort, HttpRequest } from '../../src/lab/http-port.ts';

export const BOOT_URL = 'http://boot.test:8080';

export const REPORT_KEY = 'c0de'.repeat(16);

export const LOCAL_DISK = `#!ipxe
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`;

export const INSTALLER = `#!ipxe
kernel ${BOOT_URL}/a/linux auto=true priority=critical initrd=initrd.magic
initrd ${BOOT_URL}/a/initrd.gz
initrd --name preseed.cfg ${BOOT_URL}/i/answers-token/preseed /preseed.cfg mode=600
boot || exit 1
`;

/** An answer file as the renderer writes it, for install `id`. */
export function preseed(id: string, stacks = 'base docker'): string {
  return `# Answers
d-i debian-installer/locale string en_US.UTF-8
d-i barewright/install-id string ${id}
d-i barewright/callback-url string ${BOOT_URL}/i/callback-token
d-i barewright/report-url string ${BOOT_URL}/report
d-i barewright/report-key string ${REPORT_KEY}
d-i barewright/profile string docker
d-i barewright/generation string 2
d-i barewright/install-digest string sha256:install
d-i barewright/commit string 0123456789
d-i barewright/config-digest string sha256:config
d-i barewright/stacks string ${stacks}
`;
}

export interface TestServer {
  http: HttpPort;
  requests: HttpRequest[];
  /** Requests whose URL ends like this. */
  to(end: string): HttpRequest[];
  /** Answers by the end of the URL; a function is asked each time; null: nothing answers. */
  answers: Record<string, Answer | (() => Answer)>;
}

type Answer = string | number | null;

/** A boot server for one machine: local disk by default, and every callback is accepted. */
export function createTestServer(answers: TestServer['answers'] = {}): TestServer {
  const requests: HttpRequest[] = [];
  const server: TestServer = {
    requests,
    to: (end) => requests.filter(({ url }) => url.endsWith(end)),
    answers: {
      '/boot/52-54-00-00-00-01': LOCAL_DISK,
      '/progress': 204,
      '/complete': 204,
      '/failed': 204,
      '/report': '{}',
      ...answers,
    },
    async http(request): Promise<HttpAnswer> {
      const { signal: _, ...kept } = request;
      requests.push(structuredClone(kept));
      const found = Object.entries(server.answers).find(([end]) => request.url.endsWith(end))?.[1];
      const answer = typeof found === 'function' ? found() : found;
      if (answer === null) throw new Error('connect ECONNREFUSED');
      if (answer === undefined) return { status: 404, text: '' };
      return typeof answer === 'number' ? { status: answer, text: '' } : { status: 200, text: answer };
    },
  };
  return server;
}
