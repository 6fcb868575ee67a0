import type { InWords } from '../scene.ts';
import type { FaultCode } from './company.ts';

/** Why a row could not be placed. */
export const FAULT_WORDS: { readonly [Code in FaultCode]: InWords } = {
  columns: {
    en: 'has another number of columns than the header: {about}',
    'zh-CN': '列数与表头不一致：{about}',
  },
  'open-quote': { en: 'a quote is never closed', 'zh-CN': '引号没有闭合' },
  'stray-quote': { en: 'a quote where none belongs', 'zh-CN': '引号位置不正确' },
  'not-utf8': { en: 'is not UTF-8', 'zh-CN': '不是 UTF-8 编码' },
  empty: { en: 'a name or id is empty', 'zh-CN': '名称或编号为空' },
  'too-long': { en: 'a name or id is too long: {about}', 'zh-CN': '名称或编号过长：{about}' },
  repeated: { en: 'repeats what stands in line {about}', 'zh-CN': '与第 {about} 行重复' },
  'bad-day': { en: 'not a day, YYYY-MM-DD: {about}', 'zh-CN': '日期无效（应为 YYYY-MM-DD）：{about}' },
  'closed-before-engaged': { en: 'closed before it began: {about}', 'zh-CN': '成交早于接洽：{about}' },
  'bad-number': { en: 'not a number that can be: {about}', 'zh-CN': '数值无效：{about}' },
  'bad-amount': { en: 'not an amount of money: "{about}"', 'zh-CN': '金额无效：“{about}”' },
  'bad-stage': { en: 'not a stage: "{about}"', 'zh-CN': '阶段无效：“{about}”' },
  'unknown-agent': { en: 'names an unknown agent: "{about}"', 'zh-CN': '销售人员不存在：“{about}”' },
  'unknown-account': { en: 'names an unknown account: "{about}"', 'zh-CN': '客户不存在：“{about}”' },
  'unknown-product': { en: 'names an unknown product: "{about}"', 'zh-CN': '产品不存在：“{about}”' },
  refused: { en: 'was refused: {about}', 'zh-CN': '被拒绝：{about}' },
};

const number = (count: number): string => count.toLocaleString('en');
const some = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** The sentences of the report. */
export const REPORT_WORDS = {
  en: {
    title: (folder: string, first: string, last: string) =>
      `${folder}, ${first} to ${last}, recorded as it happened`,
    rows: (count: string) => `${count} rows`,
    hired: (agents: number, managers: number, idle: number) =>
      `${some(agents, 'agent', 'agents')} hired below ${some(managers, 'manager', 'managers')}${idle === 0 ? '' : `, ${number(idle)} without deals`}`,
    products: (count: number) => some(count, 'product', 'products'),
    registered: (customers: number, ownerless: number, shares: number) =>
      `${some(customers, 'account', 'accounts')} registered, approved and shared ${number(shares)} times${ownerless === 0 ? '' : ` + ${number(ownerless)} without deals`}`,
    recorded: (orders: number, withoutAccount: number) =>
      `${some(orders, 'order', 'orders')} recorded + ${number(withoutAccount)} without account`,
    andFaulty: (count: number) => ` + ${number(count)} faulty`,
    respelt: (written: string, taken: string, rows: number) =>
      `${some(rows, 'row says', 'rows say')} ${written}: taken as ${taken}, the only name it can be`,
    undated: (count: number, last: string) =>
      `${some(count, 'order without a date is', 'orders without a date are')} recorded on the last day, ${last}`,
    idle: (names: string) => `without deals: ${names}`,
    nobodyOwns: (line: number, name: string) =>
      `accounts.csv:${line}: no deal names ${name}, so nobody owns it: not registered`,
    sample: (customer: string, on: string, owner: string, since: string) =>
      `by the ledger, ${customer} belonged on ${on} to ${owner}, since ${since}`,
    faults: (count: number) => `${some(count, 'row', 'rows')} could not be placed`,
    sum: 'rows',
    addsUp:
      'add up: read = recorded + set aside + faulty; out/not-placed.csv lists what is not in the ledger',
    doesNotAddUp: 'do not add up: read ≠ recorded + set aside + faulty',
    ledger: 'ledger',
    verified: (status: string, size: number, anchor: string) =>
      `${status}: ${number(size)} entries verified against tree, checkpoints and state; anchor ${anchor}, self-signed`,
    exported: 'export',
    exportedTo: (directory: string, files: number, megabytes: number, status: string) =>
      `${directory}: ${number(files)} files, ${megabytes.toFixed(1)} MB, verified offline: ${status}; key in ${directory}.vkey`,
    cost: 'cost',
    used: (seconds: number, megabytes: number) =>
      `${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB of memory`,
    offline: 'Verify it yourself, offline; --key out/ledger.vkey pins the key:',
    ownerless: 'no deal names this account, so nobody owns it',
    noAccount: 'names no account, so it is nobody’s order',
  },
  'zh-CN': {
    title: (folder: string, first: string, last: string) => `${folder}，${first} 至 ${last}，按发生顺序记录`,
    rows: (count: string) => `${count} 行`,
    hired: (agents: number, managers: number, idle: number) =>
      `入职 ${number(agents)} 名销售、${number(managers)} 名经理${idle === 0 ? '' : `，其中 ${number(idle)} 人没有商机`}`,
    products: (count: number) => `${number(count)} 种产品`,
    registered: (customers: number, ownerless: number, shares: number) =>
      `${number(customers)} 个客户登记并审批，共享 ${number(shares)} 次${ownerless === 0 ? '' : ` + ${number(ownerless)} 个没有商机`}`,
    recorded: (orders: number, withoutAccount: number) =>
      `${number(orders)} 笔订单入账 + ${number(withoutAccount)} 行没有客户`,
    andFaulty: (count: number) => ` + ${number(count)} 行有误`,
    respelt: (written: string, taken: string, rows: number) =>
      `${number(rows)} 行写作 ${written}：只可能是 ${taken}，按此处理`,
    undated: (count: number, last: string) => `${number(count)} 笔订单没有日期：记在最后一天 ${last}`,
    idle: (names: string) => `没有商机：${names}`,
    nobodyOwns: (line: number, name: string) =>
      `accounts.csv:${line}：没有商机提到 ${name}，无人负责，未登记`,
    sample: (customer: string, on: string, owner: string, since: string) =>
      `账本记载：${on} 时 ${customer} 归 ${owner}，自 ${since} 起`,
    faults: (count: number) => `${number(count)} 行无法入账`,
    sum: '行数',
    addsUp: '吻合：读取 = 入账 + 另列 + 有误；未入账的行见 out/not-placed.csv',
    doesNotAddUp: '不吻合：读取 ≠ 入账 + 另列 + 有误',
    ledger: '账本',
    verified: (status: string, size: number, anchor: string) =>
      `${status === 'ok' ? '正常' : '已被篡改'}：${number(size)} 条记录，树、检查点与数据均已核验；锚定 ${anchor}（仅自签名）`,
    exported: '导出',
    exportedTo: (directory: string, files: number, megabytes: number, status: string) =>
      `${directory}：${number(files)} 个文件，${megabytes.toFixed(1)} MB，离线核验${status === 'ok' ? '正常' : '未通过'}；公钥在 ${directory}.vkey`,
    cost: '用量',
    used: (seconds: number, megabytes: number) =>
      `${seconds.toFixed(1)} 秒，内存 ${Math.round(megabytes)} MB`,
    offline: '可自行离线核验；加 --key out/ledger.vkey 可固定公钥：',
    ownerless: '没有商机提到该客户，无人负责',
    noAccount: '没有写明客户，不属于任何客户的订单',
  },
} as const;
