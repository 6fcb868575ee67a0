import { definePreset } from './preset.ts';

/** A handful of people: two of them for everything that matters, and the certificate says that they were few. */
export const smallBusiness = /* @__PURE__ */ definePreset(
  {
    visibility: {
      collaborator: ['public', 'internal', 'contact', 'commercial'],
      other: ['public', 'internal'],
      orders: ['owner', 'supervisor', 'collaborator'],
    },
    claims: { escalateAfterWorkingDays: 3 },
    ownership: { maxHeld: 500 },
    followUps: {
      remindAfterDays: 5,
      escalateAfterDays: 10,
      workingDays: true,
      minimumLength: 6,
      lateAfterHours: 72,
    },
    guard: {
      deletes: { mode: 'enforce', hold: { '30d': 3 }, block: { '30d': 10 } },
      overwrites: { mode: 'enforce', hold: { '30d': 5 } },
      reveals: { mode: 'enforce', alert: { '24h': 40, '30d': 500 }, hold: { '24h': 100, '30d': 1_000 } },
      exports: { mode: 'enforce', alert: { '30d': 20 }, hold: { '30d': 60 }, block: { '30d': 300 } },
      ownerChanges: { mode: 'enforce', hold: { '24h': 4, '30d': 20 } },
      duplicateChecks: { mode: 'enforce', alert: { '24h': 25 }, hold: { '24h': 80, '30d': 300 } },
      sequenceReveals: 25,
      holdWorkingHours: 48,
    },
    handover: {
      templates: [
        {
          name: 'small-business',
          separation: 'two_people',
          signDaysBefore: 0,
          items: {
            customer: { dueDaysBefore: 3 },
            order: { dueDaysBefore: 3 },
            amount: { dueDaysBefore: 3 },
          },
        },
      ],
    },
  },
  {
    en: {
      title: 'Small business',
      description:
        'A handful of people: two are enough for everything, and it shows where there were no more.',
      why: {
        ownership:
          'Up to 500 customers a person, and everybody sees internal fields, for everybody covers for everybody. A claim waits three working days before it goes up: the one who decides may be on the road.',
        followUps:
          'A reminder after five working days, a word to the supervisor after ten. Six characters are enough for a note, up to three days later.',
        guard:
          'A few dozen customers are the whole company, so the thresholds are low. Whoever reviews has two working days, since there may be one such person only.',
        handover:
          'Supervisor, HR and finance may be two people: one signs for several sides, but never one alone, and one of the two gains nothing by it. The certificate says that the separation was reduced.',
      },
    },
    'zh-CN': {
      title: '小微企业',
      description: '人手少，凡事有两个人即可办妥，职责未能分开之处如实注明。',
      why: {
        ownership:
          '每人最多持有 500 个客户；同事之间随时互相顶替，因此人人可见内部信息。报备满三个工作日才上升一级，因为审批人可能正在出差。',
        followUps: '5 个工作日未跟进提醒负责人，10 个工作日上报上级。记录满 6 个字符即可，三天内补记有效。',
        guard: '几十个客户就是公司的全部家底，因此阈值较低。审核人也许只有一位，因此有两个工作日可供处理。',
        handover:
          '上级、人事、财务三方可由两人签字：一人可代表多方，但不得由一人包办，且其中至少一人不从交接中获益。交接证书会注明职责分离有所简化。',
      },
    },
  },
);
