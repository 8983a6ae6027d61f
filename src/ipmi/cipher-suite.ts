/** The cipher suites spoken here (IPMI 2.0 §22.15.2, tables 22-18 to 22-20; suite 17 by the 2.0 errata). */

export type CipherSuiteId = 3 | 17;

export interface CipherSuite {
  id: CipherSuiteId;
  /** Numbers on the wire, as in Open Session. */
  authentication: number;
  integrity: number;
  confidentiality: number;
  /** Name of the hash in node:crypto, for both RAKP and integrity. */
  hash: 'sha1' | 'sha256';
  /** Length of a RAKP 2 and 3 code: the whole HMAC. */
  codeLength: number;
  /** Length of the code on a packet and in RAKP 4: the HMAC cut short. */
  shortCodeLength: number;
}

/** RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128. */
export const SUITE_3: CipherSuite = {
  id: 3,
  authentication: 0x01,
  integrity: 0x01,
  confidentiality: 0x01,
  hash: 'sha1',
  codeLength: 20,
  shortCodeLength: 12,
};

/** RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128. */
export const SUITE_17: CipherSuite = {
  id: 17,
  authentication: 0x03,
  integrity: 0x04,
  confidentiality: 0x01,
  hash: 'sha256',
  codeLength: 32,
  shortCodeLength: 16,
};

const SUITES: readonly CipherSuite[] = [SUITE_17, SUITE_3];

export function cipherSuite(id: CipherSuiteId): CipherSuite {
  return id === 17 ? SUITE_17 : SUITE_3;
}

/** The suite made of these three algorithms, or undefined where it is not spoken here. */
export function suiteOfAlgorithms(
  authentication: number,
  integrity: number,
  confidentiality: number,
): CipherSuite | undefined {
  return SUITES.find(
    (suite) =>
      suite.authentication === authentication &&
      suite.integrity === integrity &&
      suite.confidentiality === confidentiality,
  );
}

/** The records that Get Channel Cipher Suites lists: start, id, and each algorithm tagged by its kind (table 22-19). */
export function cipherSuiteRecords(ids: readonly CipherSuiteId[]): Buffer {
  return Buffer.from(
    ids.flatMap((id) => {
      const suite = cipherSuite(id);
      return [0xc0, id, suite.authentication, 0x40 | suite.integrity, 0x80 | suite.confidentiality];
    }),
  );
}

/** The ids in a list of records, standard (0xc0) and OEM (0xc1) ones alike; what is no record is skipped. */
export function suiteIdsOfRecords(records: Buffer): number[] {
  const ids: number[] = [];
  for (let at = 0; at < records.length; at++) {
    const id = records[at + 1];
    if ((records[at] === 0xc0 || records[at] === 0xc1) && id !== undefined) {
      ids.push(id);
      at += records[at] === 0xc1 ? 4 : 1;
    }
  }
  return ids;
}
