import type { Sentences } from './explain.ts';

/** What the guard says. */
export const GUARD_SENTENCES: Sentences = {
  blocked: {
    en: 'The company does not allow this. It has been recorded.',
    'zh-CN': '公司规则不允许此操作，已记录在案。',
  },
  held: {
    en: 'Somebody else has to look at this first ({reviewer}). Nothing has happened yet; hold {hold}.',
    'zh-CN': '该操作须先由他人审核（{reviewer}），目前尚未执行；挂起编号 {hold}。',
  },
  'hold-decided': { en: 'This hold has been decided: {status}.', 'zh-CN': '该挂起操作已有结论：{status}。' },
  'own-hold': {
    en: 'Nobody releases what they asked for themselves.',
    'zh-CN': '任何人不得放行自己发起的操作。',
  },
  'permit-expired': {
    en: 'The permit was good until {until}. Ask again.',
    'zh-CN': '许可已于 {until} 过期，请重新申请。',
  },
  'permit-used': { en: 'The permit was used already: {status}.', 'zh-CN': '该许可已使用：{status}。' },
  'range-not-in-ledger': {
    en: 'The ledger tells of {firstOn} to {lastOn}. Name days within these.',
    'zh-CN': '账本只记载 {firstOn} 至 {lastOn}，请在此范围内选择日期。',
  },
  'requester-departed': {
    en: 'Whoever asked for this has left the company.',
    'zh-CN': '发起人已离职，不能再放行。',
  },
  'restore-period-over': {
    en: 'A deleted customer can be restored for {days} days; they are over.',
    'zh-CN': '已删除的客户在 {days} 天内可以恢复，现已超期。',
  },
  'step-up-required': {
    en: 'Prove once more who you are, and try again.',
    'zh-CN': '请再次验证身份后重试。',
  },
  'unknown-field': { en: 'Customers have no field {field}.', 'zh-CN': '客户资料没有字段 {field}。' },
  'too-many-to-export': {
    en: 'An export holds at most {limit} customers. Export fewer at a time.',
    'zh-CN': '每次最多导出 {limit} 个客户，请分批导出。',
  },
  'too-many-holds': {
    en: 'Too many of your requests wait for somebody to look at them. Wait until some are decided.',
    'zh-CN': '您待审核的操作过多，请等其中一部分处理后再试。',
  },
};
