import { definePreset } from './preset.ts';

/** Shops with members: their personal data first. */
export const retail = /* @__PURE__ */ definePreset(
  {
    visibility: { orders: ['owner', 'supervisor', 'collaborator'] },
    claims: { escalateAfterWorkingDays: 1 },
    ownership: { maxHeld: 1_000 },
    followUps: { remindAfterDays: 30, escalateAfterDays: 45, minimumLength: 4 },
    guard: {
      deletes: { mode: 'enforce', hold: { '30d': 10 }, block: { '30d': 30 } },
      reveals: { mode: 'enforce', alert: { '24h': 120, '30d': 1_200 }, hold: { '24h': 300, '30d': 3_000 } },
      exports: { mode: 'enforce', alert: { '30d': 10 }, hold: { '30d': 30 }, block: { '30d': 200 } },
      ownerChanges: { mode: 'enforce', hold: { '24h': 100, '30d': 500 } },
      duplicateChecks: { mode: 'enforce', alert: { '24h': 200 }, hold: { '24h': 500, '30d': 6_000 } },
    },
    handover: {
      templates: [
        {
          name: 'retail',
          parties: ['supervisor', 'hr'],
          signDaysBefore: 0,
          items: {
            customer: { dispositions: ['transfer', 'return_to_pool', 'terminate'], dueDaysBefore: 2 },
            group: { required: { newAdministrator: 'text' }, dueDaysBefore: 2, weight: 4 },
          },
        },
      ],
      monitorDays: 60,
    },
  },
  {
    en: {
      title: 'Retail',
      description: 'Many members, looked after in shops: their data does not leave as a list.',
      why: {
        ownership:
          'A thousand members a person, for most of them come by themselves. Whoever shares a member sees what was bought: advice in the shop needs it.',
        followUps:
          'Members are written to once a month: a reminder after thirty days, a word to the supervisor after forty-five. Notes are short.',
        guard:
          'Members are looked up at the till all day, so checks are wide. Nobody in a shop needs a list of them: from the thirtieth exported member in a month on somebody else looks first. Members move between shops: fewer than a hundred a day need nobody else.',
        handover:
          'Groups of members get a new administrator two working days before the last day. Supervisor and HR sign on the last day itself; nothing is settled through the associate, so finance need not.',
      },
    },
    'zh-CN': {
      title: '零售',
      description: '会员多、由门店导购维护，会员资料不得成批流出。',
      why: {
        ownership:
          '每人最多维护 1000 名会员，因为会员大多自己到店。参与协作的同事可查看购买记录，以便到店接待。',
        followUps: '会员一个月联系一次：30 天未跟进提醒负责人，45 天上报上级。记录简短即可。',
        guard:
          '收银时整天都要查会员，因此查重限制较宽。门店用不着会员名单：一个月内导出满 30 名会员即挂起。会员常在门店之间调整，一天不满 100 名不必审核。',
        handover:
          '会员群须在最后工作日前 2 个工作日更换群主。上级和人事在最后工作日当天签字；款项不经导购之手，无须财务签字。',
      },
    },
  },
);
