import type { Locale, Sentences } from './explain.ts';

/** What is the matter, and its cure. `{name}` is replaced by the fact of that name. */
const SENTENCES = {
  'alarm-raised': {
    en: 'An alarm was raised within the last quarter of an hour: {kind}. See "When something is wrong" in docs/operations.md.',
    'zh-CN': '一刻钟内发生过告警：{kind}。请参阅 docs/operations.md 的 “When something is wrong” 一节。',
  },
  'clock-behind': {
    en: 'The clock of this process is {ms} ms behind what another process wrote: synchronize the clocks of all machines (NTP).',
    'zh-CN': '本进程的时钟比其他进程写入的时间慢 {ms} 毫秒：请让所有机器对时（NTP）。',
  },
  'clock-unreadable': {
    en: 'The clock does not tell the time: `clock.now()` has to answer whole Unix milliseconds.',
    'zh-CN': '时钟无法读取：`clock.now()` 必须返回整数的 Unix 毫秒。',
  },
  'clock-went-back': {
    en: 'The clock went back by {ms} ms: let NTP slew it instead of setting it, and look who sets it.',
    'zh-CN': '时钟倒退了 {ms} 毫秒：请用 NTP 渐进校时，勿直接拨表，并查明是谁在拨。',
  },
  closed: {
    en: 'The keeper was closed: start another process, or create a keeper anew.',
    'zh-CN': '该 keeper 已关闭：请启动新的进程，或重新创建。',
  },
  'dead-letters': {
    en: '{count} entries were put aside for {receiver}: see `keeper.deliveries.deadLetters`, mend the receiver, then `retry`.',
    'zh-CN':
      '{receiver} 有 {count} 条记录被搁置：请查看 `keeper.deliveries.deadLetters`，修复接收方后 `retry`。',
  },
  'delivery-behind': {
    en: '{receiver} is {count} entries behind, the oldest waits for {ms} ms: start more workers (`keeper.work`), or make the receiver faster.',
    'zh-CN':
      '{receiver} 落后 {count} 条，最早的一条已等待 {ms} 毫秒：请增加 worker（`keeper.work`）或提升接收方速度。',
  },
  'health-failed': {
    en: 'Health itself failed, which is a defect of this package: please report it.',
    'zh-CN': '健康检查本身出错，这是本软件包的缺陷，请反馈。',
  },
  'invalid-input': {
    en: 'options: expected { tenants, timeoutMs, locale }, with at most 100 ids of tenants and milliseconds from 1 to 600,000.',
    'zh-CN': '参数应为 { tenants, timeoutMs, locale }：tenants 至多 100 个，timeoutMs 为 1 至 600,000 毫秒。',
  },
  'key-store-silent': {
    en: 'The key store did not open the key of the tenant within {ms} ms: check the KMS or the key directory and who may read it. If others open, `key/mac` was changed: restore it from a backup.',
    'zh-CN':
      '密钥库未能在 {ms} 毫秒内打开该租户的密钥：请检查 KMS 或密钥目录及其权限。若其他租户正常，则 `key/mac` 被改动，请从备份恢复。',
  },
  'receiver-failing': {
    en: '{receiver} takes nothing since {since}: look whether it is there; `keeper.deliveries.status` says what it answers.',
    'zh-CN': '{receiver} 自 {since} 起不再接收：请检查其是否可达，`keeper.deliveries.status` 可见其答复。',
  },
  'receiver-gone': {
    en: '{receiver} said that it is gone for good: take it out, or give its successor another name.',
    'zh-CN': '{receiver} 已声明永久停用：请移除，或为继任者另取名称。',
  },
  'sealing-behind': {
    en: 'The oldest of {count} unsealed entries waits for {ms} ms: call `keeper.seal`, and look for the alarm `sealing-failed`.',
    'zh-CN':
      '有 {count} 条记录未封存，最早的已等待 {ms} 毫秒：请调用 `keeper.seal`，并查看告警 `sealing-failed`。',
  },
  'sealing-fails': {
    en: 'Sealing fails for {count} tenants: the alarm `sealing-failed` says why. Commands go on, their entries wait.',
    'zh-CN': '{count} 个租户封存失败：原因见告警 `sealing-failed`。业务照常，记录在等待封存。',
  },
  'signer-silent': {
    en: 'The signer did not answer within {ms} ms: check the KMS or the key directory. Nothing is sealed meanwhile.',
    'zh-CN': '签名器未在 {ms} 毫秒内应答：请检查 KMS 或密钥目录。期间无法封存。',
  },
  'store-corrupt': {
    en: 'The store holds what nobody wrote through the keeper, or lacks what was written: run `keeper.verify`, keep a copy, then follow docs/operations.md.',
    'zh-CN':
      '存储中有未经本系统写入的内容，或缺少已写入的内容：请运行 `keeper.verify`，先留存副本，再按 docs/operations.md 处理。',
  },
  'store-silent': {
    en: 'The store did not answer within {ms} ms, or failed: check that the database runs, is reachable, and has connections left.',
    'zh-CN': '存储未在 {ms} 毫秒内应答，或出错：请检查数据库是否运行、可达，以及连接数是否用尽。',
  },
  'sweep-late': {
    en: '{count} items are due and the last sweep was {last}: let your scheduler call `keeper.sweep`, or start a worker (`keeper.work`).',
    'zh-CN':
      '有 {count} 项到期，上次清扫为 {last}：请让调度器调用 `keeper.sweep`，或启动 worker（`keeper.work`）。',
  },
  'unknown-tenant': {
    en: 'No such tenant: create it with `keeper.tenants.create`, or check the id and the store.',
    'zh-CN': '没有该租户：请用 `keeper.tenants.create` 创建，或核对编号与存储。',
  },
} satisfies Sentences;

/** What can be the matter. A closed list. */
export type HealthCode = keyof typeof SENTENCES;

/** Every code, for the documents. */
export const HEALTH_CODES = Object.keys(SENTENCES) as readonly HealthCode[];

/** The sentence of a reason. */
export function healthSentence(
  code: HealthCode,
  facts: { readonly [name: string]: string | number },
  locale: Locale,
): string {
  return SENTENCES[code][locale].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''));
}
