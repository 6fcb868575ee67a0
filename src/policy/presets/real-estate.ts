import { DEFAULT_HANDOVER_TEMPLATE } from '../handover-template.ts';
import { definePreset } from './preset.ts';

/** Brokers of property: looking up numbers first. */
export const realEstate = /* @__PURE__ */ definePreset(
  {
    visibility: { claimant: ['public'], collaborator: ['public', 'internal'] },
    claims: { escalateAfterWorkingDays: 1 },
    ownership: { maxHeld: 120 },
    followUps: { remindAfterDays: 2, escalateAfterDays: 4, minimumLength: 8, lateAfterHours: 24 },
    guard: {
      overwrites: { mode: 'enforce', hold: { '30d': 5 } },
      reveals: {
        mode: 'enforce',
        alert: { '1h': 15, '24h': 30, '30d': 600 },
        hold: { '1h': 30, '24h': 60, '30d': 1_200 },
      },
      exports: { mode: 'enforce', alert: { '30d': 10 }, hold: { '30d': 50 }, block: { '30d': 300 } },
      duplicateChecks: { mode: 'enforce', alert: { '24h': 20 }, hold: { '24h': 60, '30d': 400 } },
      sequenceReveals: 20,
    },
    handover: {
      templates: [
        {
          name: 'real-estate',
          items: {
            customer: {
              required: { ...DEFAULT_HANDOVER_TEMPLATE.items.customer.required, openViewings: 'text' },
              dueDaysBefore: 3,
            },
            order: { required: { stage: 'text', closingOn: 'day' }, weight: 5 },
            amount: {
              required: { outstanding: 'money', heldBy: 'text' },
              dispositions: ['transfer'],
              weight: 6,
            },
            asset: { required: { address: 'text' }, dueDaysBefore: 1, weight: 2 },
          },
        },
      ],
      monitorDays: 270,
    },
  },
  {
    en: {
      title: 'Real estate',
      description: 'The numbers of owners and buyers are the business: looking them up is limited first.',
      why: {
        ownership:
          'Whoever registers first counts, so a claim goes up one level after one working day. Until approval a claimant sees public fields only, and collaborators see no contact data.',
        followUps:
          'Buyers look at several agents at once: a reminder after two days, a word to the supervisor after four, weekends included.',
        guard:
          'One number is worth a commission. From the thirtieth contact a day on somebody is told, from the sixtieth on somebody else looks first; duplicate checks and exports are as narrow. Overwriting five numbers in a month is held.',
        handover:
          'Deposits are handed over with the name of whoever holds them, and never written off. Deals go with their closing day, customers with their open viewings, keys with their address.',
      },
    },
    'zh-CN': {
      title: '房地产',
      description: '业主和买家的电话就是核心资源，优先限制查看联系方式。',
      why: {
        ownership:
          '报备讲究先后，满一个工作日无人审批即上升一级。审批通过前，报备人只能看到公开信息；协作人看不到联系方式。',
        followUps: '买家往往同时找几家中介：两天未跟进提醒负责人，四天上报上级，周末照常计算。',
        guard:
          '一个号码就可能是一笔佣金。一天内查看联系方式满 30 个即发出警报，满 60 个须由他人核实；查重和导出的限制同样从严。一个月内改写 5 个客户的联系方式即挂起。',
        handover:
          '定金、押金须写明由谁保管，不得核销。在办的交易写明过户日期，客户写明待带看的房源，钥匙写明房屋地址。',
      },
    },
  },
);
