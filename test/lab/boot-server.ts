import type { HttpAnswer, HttpPort, HttpRequest } from '../../src/lab/http-port.ts';
import { cpioArchive } from '../../src/render/cpio.ts';

export const BOOT_URL = 'http://boot.test:8080';

export const REPORT_KEY = 'c0de'.repeat(16);

export const LOCAL_DISK = `#!ipxe
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`;

export const INSTALLER = `#!ipxe
kernel ${BOOT_URL}/a/linux auto=true priority=critical initrd=answers.cpio initrd=initrd.gz
initrd --name initrd.gz ${BOOT_URL}/a/initrd.gz
initrd --name answers.cpio ${BOOT_URL}/i/answers-token/answers.cpio
boot || exit 1
`;

/** Answers as the installers' plug-ins write them, for install `id`: a cpio archive, taken as text. */
export function answersArchive(id: string, stacks = 'base docker', base = BOOT_URL): string {
  const text = `# Answers
BW_NODE='n1'
BW_REPORT_URL='${base}/report'
BW_INSTALL_ID='${id}'
BW_PROFILE='docker'
BW_GENERATION='2'
BW_INSTALL_DIGEST='sha256:install'
BW_COMMIT='0123456789'
BW_CONFIG_DIGEST='sha256:config'
BW_STACKS='${stacks}'
BW_REPORT_KEY='${REPORT_KEY}'
BW_CALLBACK_URL='${base}/i/callback-token'
`;
  return archiveOf(text);
}

/** With files before and behind it. */
export function archiveOf(answers: string): string {
  const file = (path: string, text: string) => ({ path, mode: 0o100600, content: Buffer.from(text) });
  const entries = [
    file('preseed.cfg', 'd-i\n'),
    file('barewright/answers', answers),
    file('barewright/lib.sh', 'é\n'),
  ];
  return Buffer.from(cpioArchive(entries)).toString('utf8');
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
