import { DEFAULT_HANDOVER_TEMPLATE } from '../handover-template.ts';
import { definePreset } from './preset.ts';

/** Medicines: records are kept. */
export const pharmaceutical = /* @__PURE__ */ definePreset(
  {
    visibility: { claimant: ['public'], collaborator: ['public', 'internal'] },
    claims: { escalateAfterWorkingDays: 3 },
    ownership: { maxHeld: 150 },
    followUps: {
      remindAfterDays: 10,
      escalateAfterDays: 15,
      workingDays: true,
      minimumLength: 20,
      lateAfterHours: 24,
    },
    guard: {
      deletes: { mode: 'enforce', hold: { '30d': 1 }, block: { '30d': 10 } },
      overwrites: { mode: 'enforce', hold: { '24h': 5, '30d': 10 } },
      reveals: { mode: 'enforce', alert: { '24h': 50, '30d': 500 }, hold: { '24h': 120, '30d': 1_500 } },
      exports: { mode: 'enforce', alert: { '30d': 30 }, hold: { '30d': 100 }, block: { '30d': 500 } },
      holdWorkingHours: 48,
      restoreDays: 1_825,
    },
    handover: {
      templates: [
        {
          name: 'pharmaceutical',
          signDaysBefore: 3,
          items: {
            customer: {
              required: { ...DEFAULT_HANDOVER_TEMPLATE.items.customer.required, openSafetyReports: 'text' },
              dueDaysBefore: 8,
            },
            communication: { required: { period: 'text' }, dispositions: ['transfer'], weight: 3 },
            asset: {
              required: { batch: 'text', quantity: 'number' },
              dispositions: ['transfer', 'return_to_pool'],
              dueDaysBefore: 4,
              weight: 3,
            },
          },
        },
      ],
    },
  },
  {
    en: {
      title: 'Pharmaceuticals',
      description: 'Records are kept and nothing disappears: every deletion waits for a second person.',
      why: {
        ownership:
          'One hundred and fifty doctors and institutions a person. Until approval a claimant sees public fields only, and collaborators see no contact data: the number of a doctor is personal.',
        followUps:
          'Visits go in rounds of two weeks: a reminder after ten working days, a word to the supervisor after fifteen. A report says what was discussed, in twenty characters at the least, and is written within a day.',
        guard:
          'An audit asks for exactly what is gone. Every deletion is held, and a deleted customer can be restored for five years. Whoever reviews has two working days.',
        handover:
          'Open safety reports are named for each customer, for they go on whoever is in charge. Samples are counted by batch and never written off, correspondence is handed on and never ended. Signatures are due three working days before the last day.',
      },
    },
    'zh-CN': {
      title: '医药',
      description: '记录可追溯、资料不消失，每一次删除都须他人核实。',
      why: {
        ownership:
          '每人最多负责 150 位医生和机构客户。报备审批通过前，报备人只能看到公开信息；协作人看不到联系方式，因为医生的电话属于个人信息。',
        followUps:
          '拜访以两周为一轮：10 个工作日未跟进提醒负责人，15 个工作日上报上级。拜访记录须写明沟通内容，至少 20 个字符，并在一天内填写。',
        guard:
          '监管检查要看的，往往正是已被删除的资料。任何删除都先挂起，已删除的客户五年内可恢复。审核人有两个工作日可供处理。',
        handover:
          '每个客户须写明未结的不良反应报告，无论由谁接手都要继续跟进。样品按批号清点，不得核销；往来记录只移交，不终止。签字须在最后工作日前 3 个工作日完成。',
      },
    },
  },
);
