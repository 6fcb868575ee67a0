import type { Locale } from '../index.ts';
import type { DirectoryReport, Finding } from '../ledger/index.ts';
import { FINDING_WORDS } from './finding-words.ts';
import { columnsOf, padded, type Tone, toned } from './terminal.ts';

/** How many findings of a kind are printed; `--json` gives all that were kept. */
const MOST_OF_A_KIND = 8;

/** A report for programs: bytes as base64. */
export function reportJson(report: DirectoryReport): object {
  const root = report.root === null ? null : Buffer.from(report.root).toString('base64');
  return { ...report, root };
}

/** A report for people: what was found, and how far to trust it. */
export function reportText(report: DirectoryReport, directory: string, locale: Locale): string {
  const words = REPORT_WORDS[locale];
  const tone: Tone = report.status === 'ok' ? 'good' : report.status === 'tampered' ? 'bad' : 'warning';
  const count = report.findings.length + report.omitted;
  const lines = [
    `${toned(tone, words.status[report.status])}  ${words.found(directory, report.size, count)}`,
  ];
  if (count > 0) lines.push('', ...findingLines(report.findings, locale));
  if (report.omitted > 0) lines.push(`  ${words.omitted(report.omitted)}`);
  lines.push('', ...facts(report, locale));
  return lines.join('\n');
}

/** Kind by kind, the most precise first: one altered entry makes every later checkpoint's root wrong. */
function findingLines(findings: readonly Finding[], locale: Locale): string[] {
  const kinds = [
    ...new Set([...findings].sort((left, right) => vague(left) - vague(right)).map(({ kind }) => kind)),
  ];
  const groups = kinds.map((kind) => findings.filter((finding) => finding.kind === kind));
  const printed = groups.map((group) => group.slice(0, MOST_OF_A_KIND));
  const kindWidth = Math.max(...kinds.map((kind) => kind.length));
  const placeWidth = Math.max(...printed.flat().map(({ place }) => columnsOf(place)));
  return printed.flatMap((some, at) => {
    const lines = some.map(({ kind, place, detail }) => {
      const what = `${FINDING_WORDS[kind][locale]} ${toned('quiet', `(${detail})`)}`;
      return `  ${toned('bad', padded(kind, kindWidth))}  ${padded(place, placeWidth)}  ${what}`;
    });
    const more = (groups[at]?.length ?? 0) - some.length;
    return more === 0 ? lines : [...lines, `  ${' '.repeat(kindWidth)}  ${REPORT_WORDS[locale].more(more)}`];
  });
}

function vague({ kind, index }: Finding): number {
  return kind === 'wrong-root' ? 2 : index === null ? 1 : 0;
}

function facts(report: DirectoryReport, locale: Locale): string[] {
  const words = REPORT_WORDS[locale];
  const { anchorLevel, keyPinned, origin, residual, root } = report;
  const rows: [string, string][] = [
    [words.log, origin ?? words.none],
    [words.root, root === null ? words.none : Buffer.from(root).toString('base64')],
    [words.key, keyPinned ? words.keyPinned : words.keyOwn],
    [words.anchor, anchorLevel === 'A0' ? words.unanchored : words.anchored(anchorLevel, residual)],
  ];
  const width = Math.max(...rows.map(([name]) => columnsOf(name)));
  return rows.map(([name, value]) => `  ${toned('quiet', padded(name, width))}  ${value}`);
}

const number = (count: number): string => count.toLocaleString('en');

const REPORT_WORDS = {
  en: {
    status: { ok: 'ok', tampered: 'TAMPERED', unreadable: 'UNREADABLE' },
    found: (directory: string, size: number, findings: number) =>
      `${directory}: ${number(size)} entries, ${findings === 0 ? 'nothing wrong' : `${number(findings)} ${findings === 1 ? 'finding' : 'findings'}`}`,
    more: (count: number) => `and ${number(count)} more; --json lists them`,
    omitted: (count: number) => `and ${number(count)} findings more that were only counted`,
    log: 'log',
    root: 'root hash',
    key: 'key',
    anchor: 'anchor',
    none: 'none',
    keyPinned: 'the one you gave with --key',
    keyOwn:
      'from the directory itself: it shows that all of this was signed by one key, not whose. Use --key.',
    unanchored:
      'A0, self-signed: whoever holds the key and the database could have rewritten all of it. Use --seen.',
    anchored: (level: string, residual: number) =>
      `${level}: a checkpoint of yours vouches for ${residual === 0 ? 'every entry' : `all but the last ${number(residual)}`}`,
  },
  'zh-CN': {
    status: { ok: '正常', tampered: '已被篡改', unreadable: '无法读取' },
    found: (directory: string, size: number, findings: number) =>
      `${directory}：${number(size)} 条记录，${findings === 0 ? '未发现问题' : `发现 ${number(findings)} 处问题`}`,
    more: (count: number) => `另有 ${number(count)} 处；用 --json 查看`,
    omitted: (count: number) => `另有 ${number(count)} 处仅计数`,
    log: '日志',
    root: '根哈希',
    key: '公钥',
    anchor: '锚定',
    none: '无',
    keyPinned: '使用您以 --key 提供的公钥',
    keyOwn: '取自该目录本身：只能证明全部内容由同一把密钥签名，不能证明是谁的密钥。请使用 --key。',
    unanchored: 'A0，仅自签名：同时掌握密钥和数据库的人可以改写全部内容。请使用 --seen。',
    anchored: (level: string, residual: number) =>
      `${level}：您保存的检查点可为${residual === 0 ? '' : `除最后 ${number(residual)} 条以外的`}全部记录作证`,
  },
} as const;
