import { oneOf, wholeNumber, yesOrNo } from './fields.ts';
import { ladder, MODES } from './ladder.ts';

/** The fields of the guard. */
export const GUARD_FIELDS = {
  deletes: ladder([
    'Customers that one person deletes: from how many on in which window something happens.',
    '同一人删除客户：在哪个时间窗内达到多少个客户时触发。',
  ]),
  overwrites: ladder([
    'Customers whose contact fields one person overwrites; as good as deleted for whoever comes after.',
    '同一人改写联系方式的客户数；对后继者而言等同于删除。',
  ]),
  reveals: ladder([
    'Customers whose contact fields one person sees, each counted once in 24 hours.',
    '同一人查看联系方式的客户数，同一客户 24 小时内只计一次。',
  ]),
  exports: ladder(['Customers that one person exports.', '同一人导出的客户数。']),
  ownerChanges: ladder(['Customers that one person transfers or releases.', '同一人转移或释放的客户数。']),
  duplicateChecks: ladder([
    'Duplicate checks by one person: a free check would list the whole customer base.',
    '同一人查重的次数；不受限的查重等于可以列出全部客户。',
  ]),
  onNoticePercent: wholeNumber(1, 100, 'higher', [
    'Percentage of every threshold, rounded up, that is left for somebody on notice.',
    '员工提出离职后，各阈值保留的百分比（向上取整）。',
  ]),
  sequenceReveals: wholeNumber(1, 1_000_000, 'higher', [
    'Contacts seen within 7 days from which an export alerts, and is held where it alerted already; so does deleting or overwriting after an export.',
    '7 天内查看联系方式达到此数后，导出即触发警报，原已警报的改为挂起；导出之后的删除或改写亦同。',
  ]),
  services: oneOf(MODES, 'lower', [
    "How far the rules go for the host's own services, which are nobody's hands.",
    '规则对宿主系统自身服务的执行力度。',
  ]),
  holdWorkingHours: wholeNumber(1, 240, 'either', [
    'Hours on working days after which a hold that nobody decided is denied; at half of it, it escalates.',
    '无人处理的挂起操作，经过多少工作日小时后自动拒绝；过半时上报。',
  ]),
  restoreDays: wholeNumber(1, 3_650, 'lower', [
    'Days for which a deleted customer can be restored.',
    '已删除客户可恢复的天数。',
  ]),
  eraseDeleted: yesOrNo('higher', [
    'Whether what is personal about a deleted customer is erased once it can no longer be restored.',
    '已删除客户过了可恢复期后，是否抹除其个人信息。',
  ]),
} as const;

/** The guard's thresholds of the domain; months beside days, so that a slow drip counts as the whole. */
export const GUARD_DEFAULTS = {
  deletes: { mode: 'enforce', hold: { '30d': 5 }, block: { '30d': 20 } },
  overwrites: { mode: 'enforce', hold: { '30d': 10 } },
  reveals: { mode: 'enforce', alert: { '24h': 100, '30d': 1_000 }, hold: { '24h': 300, '30d': 3_000 } },
  exports: { mode: 'enforce', alert: { '30d': 200 }, hold: { '30d': 500 }, block: { '30d': 2_000 } },
  ownerChanges: { mode: 'enforce', hold: { '1h': 10, '24h': 20, '30d': 100 } },
  duplicateChecks: { mode: 'enforce', alert: { '24h': 50 }, hold: { '24h': 200, '30d': 1_000 } },
  onNoticePercent: 20,
  sequenceReveals: 50,
  services: 'warn',
  holdWorkingHours: 24,
  restoreDays: 90,
  eraseDeleted: false,
} as const;
