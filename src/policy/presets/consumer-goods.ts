import { DEFAULT_HANDOVER_TEMPLATE } from '../handover-template.ts';
import { definePreset } from './preset.ts';

/** Goods that sell fast, through many outlets: rebates, deposits and displays first. */
export const consumerGoods = /* @__PURE__ */ definePreset(
  {
    visibility: { orders: ['owner', 'supervisor', 'collaborator'] },
    ownership: { maxHeld: 400 },
    followUps: { remindAfterDays: 7, escalateAfterDays: 10, minimumLength: 6, lateAfterHours: 24 },
    guard: {
      deletes: { mode: 'enforce', hold: { '30d': 10 }, block: { '30d': 40 } },
      overwrites: { mode: 'enforce', hold: { '30d': 20 } },
      reveals: { mode: 'enforce', alert: { '24h': 150, '30d': 1_500 }, hold: { '24h': 400, '30d': 4_000 } },
      exports: {
        mode: 'enforce',
        alert: { '24h': 200, '30d': 400 },
        hold: { '24h': 400, '30d': 800 },
        block: { '30d': 3_000 },
      },
      ownerChanges: { mode: 'enforce', hold: { '24h': 50, '30d': 200 } },
      restoreDays: 180,
    },
    handover: {
      templates: [
        {
          name: 'consumer-goods',
          signDaysBefore: 2,
          items: {
            customer: {
              required: { ...DEFAULT_HANDOVER_TEMPLATE.items.customer.required, visitDays: 'text' },
            },
            amount: { required: { outstanding: 'money', agreedOn: 'day' }, dueDaysBefore: 8, weight: 6 },
            asset: {
              required: { place: 'text' },
              dispositions: ['transfer', 'write_off'],
              dueDaysBefore: 5,
              weight: 2,
            },
          },
        },
      ],
      monitorDays: 120,
    },
  },
  {
    en: {
      title: 'Consumer goods',
      description: 'Many outlets on fixed routes: rebates, deposits and displays are settled first.',
      why: {
        ownership:
          'Four hundred outlets a person, because they are visited on routes. Merchandisers who share an outlet see its orders: they fill the shelves.',
        followUps:
          'A route comes round once a week: a reminder after seven days, a word to the supervisor after ten. Six characters are enough for a note, written on the day of the visit or the next.',
        guard:
          'Outlets close and routes are drawn anew, so some deletions and changes of owner are ordinary work: they are held from the tenth in a month and the fiftieth in a day on. Route lists are exported daily; a whole territory is not.',
        handover:
          'Rebates and deposits are due eight working days before the last day, with the day on which they were agreed: what was only promised is lost otherwise. Displays and refrigerators are listed with their place, outlets with their days of visit.',
      },
    },
    'zh-CN': {
      title: '快消品',
      description: '网点多、线路固定，优先结清返利、押金和陈列物料。',
      why: {
        ownership:
          '每人最多负责 400 个网点，因为网点是按线路走访的。参与协作的理货人员可查看订单，以便补货上架。',
        followUps:
          '线路一周走一遍：7 天未跟进提醒负责人，10 天上报上级。走访记录满 6 个字符即可，须在一天内填写。',
        guard:
          '网点关停、线路调整是常事，少量删除和变更负责人属于正常工作：一个月内删除满 10 个、一天内变更负责人满 50 个才挂起。线路清单天天要导出，整个片区的名单则不必。',
        handover:
          '返利和押金须在最后工作日前 8 个工作日交接完毕，并写明约定日期，否则口头承诺无从追溯。陈列架和冰柜须登记存放地点，网点须写明走访日。',
      },
    },
  },
);
