import { definePreset } from './preset.ts';

/** The defaults, for any trade. */
export const standard = /* @__PURE__ */ definePreset(
  {},
  {
    en: {
      title: 'Standard',
      description: 'The middle of the road, for a sales team of any trade: the defaults.',
      why: {
        ownership:
          'An owner holds up to 200 customers, about as many as one person can look after. A claim that nobody answers goes up one level after two working days, so that no registration is lost in an inbox.',
        followUps:
          'A reminder after three days, a word to the supervisor after seven: early enough to act on, late enough not to nag.',
        guard:
          'From the fifth deleted customer in a month on, somebody else looks first. For whoever is about to leave, a fifth of each threshold is left.',
        handover:
          'Supervisor, HR and finance each sign. A customer is handed over with its last follow-up, its need and what is unsettled.',
      },
    },
    'zh-CN': {
      title: '标准',
      description: '通用方案，即各项默认值，适用于各行业的销售团队。',
      why: {
        ownership:
          '每人最多持有 200 个客户，大致是一个人照看得过来的数量。报备满两个工作日无人审批即上升一级，不会石沉大海。',
        followUps: '三天未跟进提醒负责人，七天上报上级：既来得及补救，又不至于频繁打扰。',
        guard: '一个月内删除客户达到 5 个即挂起，须由他人核实后放行。员工提出离职后，各项阈值降为五分之一。',
        handover: '上级、人事、财务三方分别签字。每个客户须交代最近跟进时间、客户需求和未结金额。',
      },
    },
  },
);
