import type { Locale } from '../index.ts';
import type { FindingKind } from '../ledger/index.ts';

/** Every kind of finding in a sentence. */
export const FINDING_WORDS: { readonly [Kind in FindingKind]: { readonly [Language in Locale]: string } } = {
  unreadable: { en: 'could not be read', 'zh-CN': '无法读取' },
  'missing-file': { en: 'the file is missing', 'zh-CN': '文件缺失' },
  'unlisted-file': { en: 'the signed manifest does not know this file', 'zh-CN': '签名清单中没有此文件' },
  'unexpected-file': { en: 'has no place in an export of this size', 'zh-CN': '此规模的导出中不应有该文件' },
  'altered-file': { en: 'the file was altered', 'zh-CN': '文件已被改动' },
  'malformed-file': { en: 'the file is not of the form', 'zh-CN': '文件格式不正确' },
  'bad-signature': { en: 'the signature does not hold', 'zh-CN': '签名不成立' },
  'wrong-key': { en: 'another key than the one you trust', 'zh-CN': '公钥与您信任的不一致' },
  'wrong-origin': { en: 'belongs to another log', 'zh-CN': '属于另一份日志' },
  'altered-entry': { en: 'the entry was altered', 'zh-CN': '条目已被改动' },
  'malformed-entry': { en: 'the entry is not of the form', 'zh-CN': '条目格式不正确' },
  'foreign-entry': { en: 'the entry is of another ledger', 'zh-CN': '条目来自另一账本' },
  'duplicate-entry': { en: 'the entry occurs twice', 'zh-CN': '条目重复' },
  'wrong-root': { en: 'was signed over other entries', 'zh-CN': '签名时的条目与现有条目不同' },
  fork: { en: 'you were shown other entries before', 'zh-CN': '与您此前所见的条目不同' },
  truncated: { en: 'entries at the end are gone', 'zh-CN': '末尾的条目被截去' },
  'missing-disclosure': { en: 'a value is gone that nobody erased', 'zh-CN': '有值缺失，却无清除记录' },
  'bad-disclosure': { en: 'a value that the entry does not vouch for', 'zh-CN': '有值未经条目证明' },
  'erased-disclosure': { en: 'a value is here that was erased', 'zh-CN': '已清除的值仍然存在' },
};
