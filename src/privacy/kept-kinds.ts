/** A sentence in the languages people are spoken to in. */
interface Sentence {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** One kind of what is kept about an employee: why, on which ground, until when. */
export interface KeptKindWords {
  readonly kind: string;
  readonly purpose: Sentence;
  readonly basis: Sentence;
  readonly until: Sentence;
  /** The index that holds it, by employee; `null` where it is not counted. */
  readonly index: string | null;
}

const employment: Sentence = {
  en: 'The employment, and managing it by rules that were lawfully adopted (GDPR Article 6(1)(b); PIPL Article 13(1)(2)).',
  'zh-CN':
    '履行劳动合同及依法制定的规章制度下的人力资源管理（《个人信息保护法》第十三条第一款第二项；GDPR 第6(1)(b)条）。',
};
const interest: Sentence = {
  en: 'Keeping customers and trade secrets with the company, weighed against your interests (GDPR Article 6(1)(f)); in China by rules that were lawfully adopted (PIPL Article 13(1)(2)).',
  'zh-CN':
    '保护公司客户与商业秘密，并与您的权益相权衡（GDPR 第6(1)(f)条）；在中国依据依法制定的规章制度（《个人信息保护法》第十三条第一款第二项）。',
};
const rights: Sentence = {
  en: 'Your right to be told and to object, and the duty to show that it was kept (GDPR Article 6(1)(c); PIPL Articles 44 to 50).',
  'zh-CN':
    '您的知情权与异议权，以及证明已予保障的义务（《个人信息保护法》第四十四至五十条；GDPR 第6(1)(c)条）。',
};
const ledger: Sentence = {
  en: 'As long as the company keeps its ledger: nothing of this expires by itself.',
  'zh-CN': '与公司台账保存期限相同，不会自动到期。',
};

/** Everything that is kept about an employee, by kind. `{…}` are fields of the policy's `alerts`. */
export const KEPT_KINDS: readonly KeptKindWords[] = [
  {
    kind: 'person',
    purpose: {
      en: 'Who may see and decide what: name, manager, roles, team, grade, calendar, delegation, notice.',
      'zh-CN': '确定谁可以查看与决定：姓名、上级、角色、团队、职级、日历、代理与离职通知。',
    },
    basis: employment,
    until: ledger,
    index: null,
  },
  {
    kind: 'customers',
    purpose: { en: 'Who answers for which customer.', 'zh-CN': '确定客户由谁负责。' },
    basis: employment,
    until: {
      en: 'As long as you own the customer; that you did stays in the ledger.',
      'zh-CN': '负责该客户期间；曾经负责的事实保留在台账中。',
    },
    index: 'customers-of',
  },
  {
    kind: 'claims',
    purpose: {
      en: 'Who asked for which customer first, and what came of it.',
      'zh-CN': '记录谁先报备客户及其结果。',
    },
    basis: employment,
    until: ledger,
    index: 'claims-of',
  },
  {
    kind: 'follow-ups',
    purpose: { en: 'The clock of the customer you contacted.', 'zh-CN': '计算所联系客户的跟进时限。' },
    basis: employment,
    until: ledger,
    index: 'follow-ups-by',
  },
  {
    kind: 'holds',
    purpose: {
      en: 'Another person looks before customers are lost; you are told who.',
      'zh-CN': '在客户可能流失之前由他人审核，并告知您审核人。',
    },
    basis: interest,
    until: ledger,
    index: 'holds-of',
  },
  {
    kind: 'permits',
    purpose: { en: 'That something was allowed, once.', 'zh-CN': '证明某项操作曾获一次性许可。' },
    basis: interest,
    until: ledger,
    index: 'permits-of',
  },
  {
    kind: 'alerts',
    purpose: {
      en: 'A person looks at something unusual, by pseudonym. You are told once it is closed, after thirty days at the latest.',
      'zh-CN': '由人以化名方式查看异常情况；结案后告知您，最迟不超过三十天。',
    },
    basis: interest,
    until: {
      en: '{keepDismissedDays} days after it was dismissed, {keepCasesDays} days after a case was resolved. That there was one stays in the ledger.',
      'zh-CN': '驳回后 {keepDismissedDays} 天，结案后 {keepCasesDays} 天；曾有警报的事实保留在台账中。',
    },
    index: 'alerts-about',
  },
  {
    kind: 'handovers',
    purpose: {
      en: 'No customer is lost when you leave, and you can show what you handed over.',
      'zh-CN': '您离职时客户不致流失，并可证明您已移交的内容。',
    },
    basis: employment,
    until: ledger,
    index: 'handovers-of',
  },
  {
    kind: 'contests',
    purpose: { en: 'What you contested, and the answer to it.', 'zh-CN': '您提出的异议及其答复。' },
    basis: rights,
    until: {
      en: '{keepCasesDays} days after the answer. That there was one stays in the ledger.',
      'zh-CN': '答复后 {keepCasesDays} 天；曾有异议的事实保留在台账中。',
    },
    index: 'contests-of',
  },
  {
    kind: 'counters',
    purpose: {
      en: 'How many customers you saw the contacts of, overwrote, deleted, exported or moved: the thresholds of the guard.',
      'zh-CN': '统计您查看联系方式、覆盖、删除、导出或转移的客户数量，用于防护阈值。',
    },
    basis: interest,
    until: {
      en: '30 days, whole days counted; whose contacts you saw, 24 hours.',
      'zh-CN': '30 天（按整天计）；您查看过哪些客户的联系方式，保留 24 小时。',
    },
    index: null,
  },
  {
    kind: 'notes',
    purpose: {
      en: 'That a repeated call changes nothing twice, and that what is seen again or refused again is one entry.',
      'zh-CN': '使重复的请求不会重复生效，重复的查阅或拒绝合并为一条记录。',
    },
    basis: interest,
    until: {
      en: 'Keys of calls 30 days, reads until the end of the hour, refusals until the end of the minute.',
      'zh-CN': '请求键 30 天，查阅至当小时结束，拒绝至当分钟结束。',
    },
    index: null,
  },
  {
    kind: 'entries',
    purpose: {
      en: 'A decision has a date, a name and a reason, and nobody can change them afterwards. Entries name you by an alias, also where you acted, read or asked for something in vain.',
      'zh-CN':
        '每项决定都有日期、姓名和理由，事后不可更改；台账以化名指代您，您的操作、查阅及被拒绝的请求也在其中。',
    },
    basis: interest,
    until: ledger,
    index: null,
  },
];
