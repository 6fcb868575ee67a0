import { DEFAULT_HANDOVER_TEMPLATE } from '../handover-template.ts';
import { definePreset } from './preset.ts';

/** Makers of goods: unfinished orders first. */
export const manufacturing = /* @__PURE__ */ definePreset(
  {
    visibility: {
      collaborator: ['public', 'internal', 'contact', 'commercial'],
      orders: ['owner', 'supervisor', 'collaborator'],
    },
    claims: { escalateAfterWorkingDays: 3 },
    ownership: { maxHeld: 80 },
    followUps: { remindAfterDays: 7, escalateAfterDays: 14, workingDays: true, lateAfterHours: 72 },
    guard: {
      deletes: { mode: 'enforce', hold: { '30d': 3 }, block: { '30d': 10 } },
      overwrites: { mode: 'enforce', hold: { '30d': 6 } },
      reveals: { mode: 'enforce', alert: { '24h': 60, '30d': 500 }, hold: { '24h': 150, '30d': 1_000 } },
      exports: { mode: 'enforce', alert: { '30d': 60 }, hold: { '30d': 150 }, block: { '30d': 600 } },
      ownerChanges: { mode: 'enforce', hold: { '24h': 3, '30d': 15 } },
      sequenceReveals: 30,
      restoreDays: 365,
    },
    handover: {
      templates: [
        {
          name: 'manufacturing',
          signDaysBefore: 2,
          items: {
            customer: {
              required: { ...DEFAULT_HANDOVER_TEMPLATE.items.customer.required, openQuotations: 'text' },
            },
            order: {
              required: { stage: 'text', deliveryOn: 'day', outstanding: 'money' },
              dispositions: ['transfer', 'terminate'],
              dueDaysBefore: 10,
              weight: 6,
            },
            amount: { required: { outstanding: 'money', dueOn: 'day' }, dueDaysBefore: 10, weight: 4 },
            asset: { required: { serialNumber: 'text', place: 'text' }, dueDaysBefore: 3 },
          },
        },
      ],
      monitorDays: 365,
    },
  },
  {
    en: {
      title: 'Manufacturing',
      description: 'Few customers and long deliveries: unfinished orders are handed over first.',
      why: {
        ownership:
          'Eighty customers a person, since plants are visited and not only called. Colleagues from production and service who work on a customer see its orders and terms: they have to deliver them.',
        followUps:
          'Buyers decide over weeks, so the clocks count working days: a reminder after seven, a word to the supervisor after fourteen. A visit may be written down up to three days later, for many plants have no network.',
        guard:
          'With so few customers each one lost is a large part of the business: the third deletion in a month and the third change of owner in a day are held. Repeat orders come far apart, so a deleted customer can be restored for a year.',
        handover:
          'Orders and receivables are due ten working days before the last day, customers five: a delivery missed in the change-over costs more than a late call. Orders are carried on or ended, never written off. Moulds, tools and samples are listed with serial number and place.',
      },
    },
    'zh-CN': {
      title: '制造业',
      description: '客户少、交付周期长，未完成的订单优先交接。',
      why: {
        ownership:
          '每人最多持有 80 个客户，因为客户要靠上门走访，而不只是打电话。参与协作的生产、售后同事可查看订单和商务条件，以免交付脱节。',
        followUps:
          '采购决策往往历时数周，因此按工作日计时：7 个工作日未跟进提醒负责人，14 个工作日上报上级。许多厂区没有网络，走访后三天内补记仍然有效。',
        guard:
          '客户本来就少，丢一个就是一大块业务：一个月内删除第 3 个客户、一天内变更第 3 个客户的负责人，即予挂起。返单间隔长，已删除的客户一年内可恢复。',
        handover:
          '订单和应收款须在最后工作日前 10 个工作日交接完毕，客户为 5 个工作日：交期一旦延误，代价远大于晚打一个电话。订单只能移交或终止，不得核销。模具、工装和样品须登记编号和存放地点。',
      },
    },
  },
);
