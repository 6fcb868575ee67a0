import type { Sentences } from './explain.ts';

/** What is said about companies as a whole. */
export const TENANT_SENTENCES: Sentences = {
  'export-not-whole': {
    en: 'The export is not whole, or was made under other keys. Nothing was restored.',
    'zh-CN': '导出不完整，或由其他密钥生成，未做恢复。',
  },
  'export-outdated': {
    en: 'The export holds {exported} entries, but {signed} were signed: a newer one is needed.',
    'zh-CN': '该导出含 {exported} 条记录，但已签名 {signed} 条，请使用更新的导出。',
  },
  'store-cannot-purge': {
    en: 'This store cannot remove a company: its data has to be removed by its own means.',
    'zh-CN': '该存储不支持整体删除公司数据，请用存储自身的方式删除。',
  },
  'tenant-not-suspended': {
    en: 'The company is still at work: suspend it first.',
    'zh-CN': '该公司仍在使用中，请先停用。',
  },
  'tenant-suspended': {
    en: 'The company is suspended since {since}. Nothing is lost; ask your provider.',
    'zh-CN': '本公司自 {since} 起已停用，数据未受影响，请联系服务商。',
  },
};
