import { definePreset } from './preset.ts';

/** Business that is all online: limits of exports and downloads first. */
export const internet = /* @__PURE__ */ definePreset(
  {
    visibility: { collaborator: ['public', 'internal'] },
    claims: { escalateAfterWorkingDays: 1 },
    ownership: { maxHeld: 300 },
    followUps: {
      remindAfterDays: 2,
      escalateAfterDays: 5,
      workingDays: true,
      minimumLength: 12,
      lateAfterHours: 24,
    },
    guard: {
      reveals: {
        mode: 'enforce',
        alert: { '1h': 40, '24h': 80, '30d': 800 },
        hold: { '1h': 80, '24h': 200, '30d': 2_000 },
      },
      exports: {
        mode: 'enforce',
        alert: { '24h': 20, '30d': 50 },
        stepUp: { '24h': 50 },
        hold: { '24h': 100, '30d': 200 },
        block: { '24h': 300, '30d': 800 },
      },
      ownerChanges: { mode: 'enforce', hold: { '24h': 20, '30d': 200 } },
      duplicateChecks: { mode: 'enforce', alert: { '24h': 30 }, hold: { '24h': 100, '30d': 500 } },
      onNoticePercent: 10,
      sequenceReveals: 30,
    },
    handover: {
      templates: [
        {
          name: 'internet',
          items: {
            customer: { dueDaysBefore: 3 },
            communication: { dueDaysBefore: 3, weight: 2 },
            group: { required: { newAdministrator: 'text' }, dueDaysBefore: 3, weight: 2 },
            automation: {
              required: { runsOn: 'text', credentialsChangedOn: 'day' },
              dueDaysBefore: 3,
              weight: 3,
            },
          },
        },
      ],
      monitorDays: 90,
    },
  },
  {
    en: {
      title: 'Internet',
      description: 'Everything is online and fast: exports and downloads are limited first.',
      why: {
        ownership:
          'Three hundred customers a person, and a claim goes up one level after one working day. Collaborators see no contact data: what is shared online travels far.',
        followUps:
          'Leads cool within days: a reminder after two working days, a word to the supervisor after five. Notes are written within a day, for nobody is out of reach of a network.',
        guard:
          'A customer base leaves as a file. Fifty exported customers a day ask for another proof of who is there, a hundred wait for a second person, three hundred are refused; contacts are counted by the hour, too. For whoever is about to leave, a tenth of each threshold is left.',
        handover:
          'Automations and groups are handed over together with the customers, all three working days before the last day, for notice is short. Changed credentials are on record with their day.',
      },
    },
    'zh-CN': {
      title: '互联网',
      description: '业务全在线、节奏快，优先限制导出与下载。',
      why: {
        ownership:
          '每人最多持有 300 个客户，报备满一个工作日无人审批即上升一级。协作人看不到联系方式：线上共享的内容极易扩散。',
        followUps:
          '线索几天就会变冷：两个工作日未跟进提醒负责人，五个工作日上报上级。员工随时在线，跟进应在一天内记录。',
        guard:
          '客户资料往往以文件形式流出。一天内导出满 50 个客户须再次验证身份，满 100 个挂起，满 300 个拒绝；查看联系方式还按小时计数。员工提出离职后，各项阈值降为十分之一。',
        handover:
          '自动化任务和客户群随客户一并交接，均须在最后工作日前 3 个工作日完成，因为离职通知期短。账号凭据的更换日期须登记在案。',
      },
    },
  },
);
