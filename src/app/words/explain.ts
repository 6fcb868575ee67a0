import { GamekeeperError } from '../../kernel/index.ts';
import { GUARD_SENTENCES } from './guard-sentences.ts';
import { TENANT_SENTENCES } from './tenant-sentences.ts';

/** The languages people are spoken to in. */
export type Locale = 'en' | 'zh-CN';

/** Sentences by code and language. */
export type Sentences = { readonly [code: string]: { readonly [Language in Locale]: string } };

/** Every refusal in two languages. `{name}` is replaced by the fact of that name. */
const SENTENCES: Sentences = {
  ...TENANT_SENTENCES,
  ...GUARD_SENTENCES,
  'alert-decided': {
    en: 'This alert has been decided: {state}.',
    'zh-CN': '该警报已有结论：{state}。',
  },
  'already-contested': {
    en: 'You have contested this already: {contest}.',
    'zh-CN': '您已对此提出异议：{contest}。',
  },
  'contest-decided': {
    en: 'This cannot be done with the contest any more: {status}.',
    'zh-CN': '该异议当前状态（{status}）下不能再这样处理。',
  },
  involved: {
    en: 'You had a part in this: somebody uninvolved has to answer.',
    'zh-CN': '您与此事有关，须由无关人员答复。',
  },
  'already-departed': { en: 'This employee has left already.', 'zh-CN': '该员工已离职。' },
  'already-hired': { en: 'Somebody is already employed under this id.', 'zh-CN': '该编号已有在职员工。' },
  'already-moved': {
    en: 'This was moved meanwhile: only what is said about it can change.',
    'zh-CN': '该项已移交，只能更正其说明。',
  },
  'already-registered': { en: 'This customer is already registered.', 'zh-CN': '该客户已登记。' },
  'already-shared': {
    en: 'This colleague shares the customer already: change that share instead.',
    'zh-CN': '该同事已是此客户的协作人，请直接修改协作。',
  },
  'already-signed': {
    en: 'The party {party} has signed this already.',
    'zh-CN': '{party} 方已签署。',
  },
  'claim-decided': { en: 'This claim has been decided: {status}.', 'zh-CN': '该报备已有结论：{status}。' },
  'claimant-departed': { en: 'The claimant has left the company.', 'zh-CN': '报备人已离职。' },
  'delegation-over': { en: 'The delegation would already be over.', 'zh-CN': '授权截止日期已过。' },
  'disposition-not-allowed': {
    en: 'This cannot become of it here: {disposition}.',
    'zh-CN': '此项不允许这样处置：{disposition}。',
  },
  'handover-open': {
    en: 'There is an open handover already: {handover}.',
    'zh-CN': '已有进行中的交接：{handover}。',
  },
  'handover-over': {
    en: 'This handover is over: {status}.',
    'zh-CN': '该交接已结束：{status}。',
  },
  'holding-cap': {
    en: 'The employee may own at most {cap} customers at a time.',
    'zh-CN': '每名员工同时最多持有 {cap} 个客户。',
  },
  'idempotency-key-reused': {
    en: 'This idempotency key was used for something else. Use a fresh one.',
    'zh-CN': '该幂等键已用于其他操作，请换用新的键。',
  },
  'in-the-future': {
    en: 'A contact cannot be recorded before it happens.',
    'zh-CN': '不能记录尚未发生的联系。',
  },
  'last-administrator': {
    en: 'The last administrator cannot leave: name another one first.',
    'zh-CN': '最后一名管理员不能离职，请先指定另一名管理员。',
  },
  'last-day-over': {
    en: 'The last day {lastDayOn} is over already.',
    'zh-CN': '最后工作日 {lastDayOn} 已过。',
  },
  'manager-loop': { en: 'Somebody would become their own manager.', 'zh-CN': '这会形成循环汇报关系。' },
  'masked-field': {
    en: 'The field {field} is hidden from you; it cannot be changed, filtered or sorted by.',
    'zh-CN': '字段 {field} 对您不可见，不能据此修改、筛选或排序。',
  },
  'missing-fields': {
    en: 'Still missing: {fields}.',
    'zh-CN': '尚缺：{fields}。',
  },
  'no-delegation': {
    en: 'You do not stand in for this person, or no longer.',
    'zh-CN': '您没有代办该员工事务的有效授权。',
  },
  'not-cleared': {
    en: 'There is no certificate yet: the handover is not cleared.',
    'zh-CN': '交接尚未完成，暂无证明。',
  },
  'not-confirmed': {
    en: 'Only a confirmed alert can be resolved.',
    'zh-CN': '只有已确认的警报才能结案。',
  },
  'not-covered': {
    en: 'Still with the leaver: {missing} customers.',
    'zh-CN': '离职人员名下仍有 {missing} 个客户。',
  },
  'not-found': { en: 'There is no such record that you may see.', 'zh-CN': '没有您可查看的相应记录。' },
  'not-in-alert': {
    en: 'This customer is no part of the alert.',
    'zh-CN': '该客户不属于此警报。',
  },
  'not-live': {
    en: 'The claim on this customer is not approved yet.',
    'zh-CN': '该客户的报备尚未审批通过。',
  },
  'not-on-notice': {
    en: 'There is no notice in force for this employee.',
    'zh-CN': '该员工没有生效中的离职通知。',
  },
  'not-permitted': {
    en: 'This is for others to do: it needs {needs}.',
    'zh-CN': '您无权执行此操作，需要：{needs}。',
  },
  'not-ready': {
    en: 'Not done yet: {open} items.',
    'zh-CN': '还有 {open} 项未完成。',
  },
  'not-temporary': {
    en: 'Covering a customer ends within {days} days from today.',
    'zh-CN': '临时代管须在今日起 {days} 天内结束。',
  },
  'not-waivable': {
    en: 'A customer is never waived: somebody has to answer for it.',
    'zh-CN': '客户不可豁免，必须有人负责。',
  },
  'not-watched': {
    en: 'This customer is not watched for this handover.',
    'zh-CN': '该客户不在此次交接的观察范围内。',
  },
  'one-party-each': {
    en: 'Nobody signs for two parties: this person stands behind {party}.',
    'zh-CN': '同一人不得代表两方签署：其已代表 {party}。',
  },
  'more-than-permitted': {
    en: 'The permit was for {permitted} customers.',
    'zh-CN': '该许可仅限 {permitted} 个客户。',
  },
  'other-payload': {
    en: 'This is not what the permit was issued for.',
    'zh-CN': '操作内容与许可不一致。',
  },
  'other-customer': { en: 'This order belongs to another customer.', 'zh-CN': '该订单属于另一客户。' },
  'own-claim': { en: 'Nobody decides their own claim.', 'zh-CN': '任何人不得审批自己的报备。' },
  'own-handover': {
    en: 'Nobody opens, signs or forces their own handover.',
    'zh-CN': '任何人不得开启、签署或强制结束本人的交接。',
  },
  'own-record': {
    en: 'Nobody changes their own {field}: somebody else has to.',
    'zh-CN': '不得修改本人的 {field}，须由他人办理。',
  },
  'receiver-departed': { en: 'The receiver has left the company.', 'zh-CN': '接收人已离职。' },
  'receiver-leaving': {
    en: 'This employee is about to leave, or has left.',
    'zh-CN': '该员工即将离职或已离职。',
  },
  'receiver-required': {
    en: 'Say who gets it.',
    'zh-CN': '请指定接收人。',
  },
  'same-owner': { en: 'This employee owns the customer already.', 'zh-CN': '该员工已是客户负责人。' },
  'second-person-required': {
    en: 'You asked for this yourself: another administrator has to agree.',
    'zh-CN': '此项由您发起，须由另一位管理员确认。',
  },
  'self-benefit': { en: 'Nobody moves a customer to themselves.', 'zh-CN': '不得将客户转给自己。' },
  'self-delegation': { en: 'Nobody stands in for themselves.', 'zh-CN': '不能授权给本人。' },
  'stale-digest': {
    en: 'Something has changed since: look again before you sign.',
    'zh-CN': '内容已有变动，请重新查看后再签署。',
  },
  'still-masked': {
    en: 'Two people have to unmask this alert first.',
    'zh-CN': '须先经两人同意揭示当事人。',
  },
  'too-many-items': {
    en: 'This handover takes about {cap} items at most.',
    'zh-CN': '该交接最多约 {cap} 项。',
  },
  'too-many-collaborators': {
    en: 'A customer has at most {cap} collaborators.',
    'zh-CN': '每个客户最多 {cap} 名协作人。',
  },
  'too-many-to-sort': {
    en: 'More than {limit} customers are in scope: narrow it down before sorting by a field.',
    'zh-CN': '范围内客户超过 {limit} 个，请先缩小范围再按字段排序。',
  },
  unchanged: { en: 'Nothing would change.', 'zh-CN': '没有任何变化。' },
  'unknown-actor': { en: 'Nobody of this company is known under that id.', 'zh-CN': '本公司没有该操作人。' },
  'unknown-employee': { en: 'There is no such employee.', 'zh-CN': '没有该员工。' },
  'unknown-manager': { en: 'The manager is not employed here.', 'zh-CN': '上级不是本公司员工。' },
  'unknown-party': {
    en: 'The party {party} does not sign this handover.',
    'zh-CN': '{party} 方不参与本次签署。',
  },
  'unknown-pool': { en: 'There is no such pool.', 'zh-CN': '没有该公海。' },
  'unknown-template': {
    en: 'There is no such template.',
    'zh-CN': '没有该模板。',
  },
  'wrong-field': {
    en: 'The field {field} is not asked for, or its value is of another type.',
    'zh-CN': '字段 {field} 不在要求之列，或类型不符。',
  },
  'wrong-step': {
    en: 'This cannot be done now: the item is {status}.',
    'zh-CN': '当前状态（{status}）下不能执行此操作。',
  },
};

/** What a refusal may need, where it is not a capability. */
const NEEDS_ZH: { readonly [needs: string]: string } = {
  administrator: '管理员',
  'a person': '本人操作（不能由服务代办）',
  'a relation that sees orders': '可查看订单的关系',
  'a supervisor or claims.decide': '报备人的上级，或 claims.decide 权限',
  'a supervisor or ownership.transfer': '负责人的上级，或 ownership.transfer 权限',
  'a supervisor or holds.release': '上级，或 holds.release 权限',
  'an administrator or a service': '管理员或服务',
  'an employee': '员工身份',
  'the leaver': '离职人员本人',
  'policies.adopt or ledger.read': 'policies.adopt 或 ledger.read 权限',
  'the leaver, a supervisor or people.manage': '离职人员本人、其上级，或 people.manage 权限',
  'a supervisor or HR in person': '上级或人事（本人操作）',
  'the receiver': '接收人本人',
  'the receiver or a reviewer': '接收人或审核人',
  'somebody who stays': '在职且未提出离职的人员',
  'somebody whom the guard does not hold back': '未受管控规则限制的人员',
  'somebody who is not leaving': '未提出离职的人员',
  'the claimant': '报备人本人',
  'the owner': '客户负责人',
  'the successor, a supervisor or HR': '接手人本人、其上级或人事',
  'the owner or a collaborator who may write': '客户负责人，或有写权限的协作人',
  'the owner or a supervisor': '客户负责人或其上级',
  'the owner, a supervisor or a collaborator': '客户负责人、其上级或协作人',
};

/** Every refusal code that can be explained. */
export const REFUSAL_CODES: readonly string[] = Object.keys(SENTENCES);

/**
 * A refusal as a sentence for people.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for a code or a locale that is not known.
 */
export function explain(refusal: { readonly code: string }, locale: Locale = 'en'): string {
  const sentence = Object.hasOwn(SENTENCES, refusal.code) ? SENTENCES[refusal.code]?.[locale] : undefined;
  if (sentence === undefined) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      'refusal: no sentence for this code in this locale (en, zh-CN)',
      { path: 'refusal.code' },
    );
  }
  const facts = refusal as { readonly [name: string]: unknown };
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = String(facts[name] ?? '');
    return name === 'needs' && locale === 'zh-CN' && Object.hasOwn(NEEDS_ZH, fact)
      ? (NEEDS_ZH[fact] as string)
      : fact;
  });
}
