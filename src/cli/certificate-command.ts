import { readFileSync } from 'node:fs';
import type { Locale } from '../index.ts';
import { parseLeaf, parseVerifierKey, proofFault } from '../ledger/index.ts';
import { toned } from './terminal.ts';
import { WORDS } from './words.ts';

/** What `gamekeeper verify --certificate` was asked. */
export interface CertificateRequest {
  readonly file: string;
  /** The verifier key of the log, had from elsewhere; `null` leaves the one in the certificate. */
  readonly key: string | null;
  readonly json: boolean;
  readonly locale: Locale;
}

interface Stated {
  readonly leaf: string;
  readonly proof: string;
  readonly verifierKey: string;
  readonly people: { readonly [alias: string]: string };
}

/** What a certificate's entry says, as far as it is printed. */
interface Facts {
  readonly [name: string]: unknown;
  readonly leaver: string;
  readonly lastDayOn: string;
  readonly openedAt: string;
  readonly coverage: { readonly [what: string]: number };
  readonly separation?: string;
  readonly count?: number;
  readonly signatures?: readonly {
    readonly party: string;
    readonly by: string;
    readonly onBehalfOf: string | null;
  }[];
}

/**
 * Verifies a handover's certificate offline: that the log behind the key holds this very entry. 0 it does, 1 it does not.
 *
 * @throws {Error} whose message names the cure, when the file is no certificate.
 */
export function certificateCommand({ file, key, json, locale }: CertificateRequest): 0 | 1 {
  const stated = readCertificate(file, locale);
  const leaf = parseLeaf(stated.leaf);
  const fault =
    leaf === null || leaf.outcome !== 'done' || !['handover-cleared', 'handover-forced'].includes(leaf.type)
      ? 'not-a-certificate'
      : proofFault(stated.proof, stated.leaf, [key ?? stated.verifierKey]);
  const ok = fault === undefined;
  if (json) {
    const report = { status: ok ? 'ok' : 'tampered', fault: fault ?? null, keyPinned: key !== null };
    print(JSON.stringify({ ...report, entry: ok ? leaf : null, people: stated.people }));
    return ok ? 0 : 1;
  }
  const words = WORDS_OF[locale];
  if (!ok || leaf === null) {
    print(`${toned('bad', words.tampered)}  ${file}: ${words.fault(String(fault))}`);
    return 1;
  }
  const named = (alias: string): string => {
    const id = stated.people[alias];
    return id === undefined ? printable(alias) : `${printable(alias)} (${id})`;
  };
  const facts = leaf.data as unknown as Facts;
  const lines = [
    `${toned('good', words.ok)}  ${file}: ${leaf.type === 'handover-cleared' ? words.cleared : words.forced(facts.count ?? 0)}`,
    '',
    `  ${words.leaver(named(facts.leaver), printable(facts.lastDayOn))}`,
    `  ${words.period(printable(facts.openedAt), printable(leaf.at))}`,
    `  ${words.coverage(facts.coverage)}`,
    ...(facts.signatures ?? []).map(
      ({ party, by, onBehalfOf }) =>
        `  ${words.signed(printable(party), named(by), onBehalfOf === null ? null : named(onBehalfOf))}`,
    ),
    ...(facts.separation === 'reduced' ? [`  ${words.reduced}`] : []),
    '',
    `  ${key === null ? words.keyOwn : words.keyPinned}`,
    `  ${words.names}`,
  ];
  print(lines.join('\n'));
  return 0;
}

function readCertificate(file: string, locale: Locale): Stated {
  let stated: unknown;
  try {
    stated = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(WORDS[locale].unreadableFile('--certificate', file));
  }
  const { format, leaf, proof, verifierKey, people } = (stated ?? {}) as { [name: string]: unknown };
  const whole =
    format === 'gamekeeper-handover-certificate@v1' &&
    [leaf, proof, verifierKey].every((text) => typeof text === 'string') &&
    parseVerifierKey(verifierKey as string) !== null;
  if (!whole) throw new Error(WORDS_OF[locale].notACertificate(file));
  const named = typeof people === 'object' && people !== null ? Object.entries(people) : [];
  return {
    leaf: leaf as string,
    proof: proof as string,
    verifierKey: verifierKey as string,
    people: Object.fromEntries(
      named.filter(([, id]) => typeof id === 'string').map(([alias, id]) => [alias, printable(id as string)]),
    ),
  };
}

/** What the certificate says of names is proven by nothing: it is kept from steering the terminal. */
function printable(text: string): string {
  return String(text)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
    .slice(0, 100);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const WORDS_OF = {
  en: {
    ok: 'ok',
    tampered: 'TAMPERED',
    cleared: 'the handover was cleared',
    forced: (open: number) => `left by forced exit, ${open} items open`,
    fault: (fault: string) => `the log does not vouch for this entry (${fault})`,
    leaver: (who: string, day: string) => `leaver     ${who}, last day ${day}`,
    period: (from: string, to: string) => `time       opened ${from}, ended ${to}`,
    coverage: (of: Facts['coverage']) =>
      `customers  ${of.ownedAtOpening} owned and ${of.acquired} acquired = ${of.transferred} transferred, ${of.pooled} to the pool, ${of.terminated} terminated, ${of.writtenOff} written off, ${of.removed} removed; ${of.missing} missing`,
    signed: (party: string, by: string, onBehalfOf: string | null) =>
      `signed     ${party}: ${by}${onBehalfOf === null ? '' : `, on behalf of ${onBehalfOf}`}`,
    reduced: 'separation REDUCED: fewer people than parties signed, at least two',
    keyOwn: 'The key is the one in the certificate: it shows that one key signed, not whose. Use --key.',
    keyPinned: 'The key is the one you gave with --key.',
    names: 'Names in brackets are not proven: the log holds aliases only.',
    notACertificate: (file: string) =>
      `--certificate ${file}: not a certificate. Expected the JSON that handovers.certificate() gives.`,
  },
  'zh-CN': {
    ok: '正常',
    tampered: '已被篡改',
    cleared: '交接已完成',
    forced: (open: number) => `强制离职，尚有 ${open} 项未完成`,
    fault: (fault: string) => `日志不能为此记录作证（${fault}）`,
    leaver: (who: string, day: string) => `离职人员   ${who}，最后工作日 ${day}`,
    period: (from: string, to: string) => `时间       开始 ${from}，结束 ${to}`,
    coverage: (of: Facts['coverage']) =>
      `客户       原有 ${of.ownedAtOpening}，新增 ${of.acquired} = 移交 ${of.transferred}，入公海 ${of.pooled}，终止 ${of.terminated}，核销 ${of.writtenOff}，删除 ${of.removed}；遗漏 ${of.missing}`,
    signed: (party: string, by: string, onBehalfOf: string | null) =>
      `签署       ${party}：${by}${onBehalfOf === null ? '' : `，代 ${onBehalfOf}`}`,
    reduced: '职责分离已降低：签署人数少于各方数，但不少于两人',
    keyOwn: '公钥取自证明本身：只能证明由同一把密钥签名，不能证明是谁的密钥。请使用 --key。',
    keyPinned: '使用您以 --key 提供的公钥。',
    names: '括号中的名称未经证明：日志只含别名。',
    notACertificate: (file: string) =>
      `--certificate ${file}：不是交接证明。应为 handovers.certificate() 返回的 JSON。`,
  },
} as const;
