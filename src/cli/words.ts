import type { Locale } from '../index.ts';

/** What the command line says, in one language. */
interface Words {
  readonly couldNotRun: (why: string) => string;
  readonly unknownOption: (option: string) => string;
  readonly unknownCommand: (command: string) => string;
  readonly unknownLocale: (locale: string) => string;
  readonly needsValue: (option: string) => string;
  readonly takesNoValue: (option: string) => string;
  readonly notForCommand: (option: string, command: string) => string;
  readonly tooMany: (operand: string) => string;
  readonly noDirectory: string;
  readonly notThere: (directory: string) => string;
  readonly notADirectory: (directory: string) => string;
  readonly notAnExport: (directory: string) => string;
  readonly unreadableFile: (option: string, file: string) => string;
  readonly notAKey: (file: string) => string;
  readonly notACheckpoint: (file: string) => string;
  readonly verifying: string;
  readonly onlyPrints: string;
  readonly noDialect: string;
  readonly needsKysely: string;
}

export const WORDS: { readonly [Language in Locale]: Words } = {
  en: {
    couldNotRun: (why) => `gamekeeper: ${why}`,
    unknownOption: (option) => `There is no option ${option}; gamekeeper --help lists them.`,
    unknownCommand: (command) => `There is no command ${command}; there are verify, demo and migrate.`,
    unknownLocale: (locale) => `--locale ${locale}: choose en or zh-CN.`,
    needsValue: (option) => `${option} needs a value after it; gamekeeper --help shows which.`,
    takesNoValue: (option) => `${option} takes no value: leave out the = and what follows.`,
    notForCommand: (option, command) => `${option} is not for ${command}; gamekeeper --help lists what is.`,
    tooMany: (operand) => `Do not know what to do with ${operand}: leave it out.`,
    noDirectory: 'Name the directory of an exported ledger: gamekeeper verify DIR',
    notThere: (directory) =>
      `There is no directory ${directory}: name the one that the ledger was exported to.`,
    notADirectory: (directory) =>
      `${directory} is not a directory: name the one that the ledger was exported to.`,
    notAnExport: (directory) =>
      `${directory} holds no exported ledger: there is neither a checkpoint, nor a manifest, nor a vkey. Name the directory that ledger.export wrote.`,
    unreadableFile: (option, file) =>
      `${option} ${file}: cannot read this file; check the path and your rights.`,
    notAKey: (file) =>
      `--key ${file}: not a verifier key. Expected the one line that ledger.checkpoint() gives as verifierKey.`,
    notACheckpoint: (file) =>
      `--seen ${file}: not a signed checkpoint. Expected the note that ledger.checkpoint() gives, or the file checkpoint of an earlier export.`,
    verifying: 'verifying',
    onlyPrints:
      'Add --print: the store itself applies what is missing, and this prints it for those who run it themselves.',
    noDialect: 'Name the dialect: --dialect postgresql, mysql (also for MariaDB) or sqlite.',
    needsKysely: 'Kysely is not installed, and gamekeeper/sql stands on it: npm install kysely',
  },
  'zh-CN': {
    couldNotRun: (why) => `gamekeeper：${why}`,
    unknownOption: (option) => `没有选项 ${option}；可用选项见 gamekeeper --help。`,
    unknownCommand: (command) => `没有命令 ${command}；可用命令为 verify、demo 和 migrate。`,
    unknownLocale: (locale) => `--locale ${locale}：请选择 en 或 zh-CN。`,
    needsValue: (option) => `${option} 后面需要一个值；说明见 gamekeeper --help。`,
    takesNoValue: (option) => `${option} 不带值：请去掉等号及其后的内容。`,
    notForCommand: (option, command) => `${option} 不适用于 ${command}；可用选项见 gamekeeper --help。`,
    tooMany: (operand) => `多余的参数 ${operand}：请去掉。`,
    noDirectory: '请指定导出账本所在的目录：gamekeeper verify 目录',
    notThere: (directory) => `目录 ${directory} 不存在：请指定账本导出到的目录。`,
    notADirectory: (directory) => `${directory} 不是目录：请指定账本导出到的目录。`,
    notAnExport: (directory) =>
      `${directory} 中没有导出的账本：checkpoint、manifest、vkey 均不存在。请指定 ledger.export 写入的目录。`,
    unreadableFile: (option, file) => `${option} ${file}：无法读取该文件，请检查路径和权限。`,
    notAKey: (file) => `--key ${file}：不是验证公钥。应为 ledger.checkpoint() 返回的 verifierKey 那一行。`,
    notACheckpoint: (file) =>
      `--seen ${file}：不是签名检查点。应为 ledger.checkpoint() 返回的内容，或早先导出中的 checkpoint 文件。`,
    verifying: '正在核验',
    onlyPrints: '请加上 --print：缺少的表由存储自行创建，本命令只为自行执行迁移者打印语句。',
    noDialect: '请指定方言：--dialect postgresql、mysql（MariaDB 亦同）或 sqlite。',
    needsKysely: '未安装 Kysely，而 gamekeeper/sql 依赖它：npm install kysely',
  },
};

/** What `--help` prints. */
export const HELP: { readonly [Language in Locale]: (version: string) => string } = {
  en: (version) => `gamekeeper ${version}: keeps customers with the company when a salesperson leaves

gamekeeper verify DIR    verifies an exported ledger, offline
    --key FILE           the verifier key of the log, had from elsewhere; otherwise the export vouches for itself
    --seen CHECKPOINT    a checkpoint file kept from earlier; shows what was cut off or rewritten since. Repeatable
    --certificate FILE   instead of DIR: verifies the certificate of a handover, with --key where you have it
gamekeeper demo          tells how customers stay when people leave; a certificate and two pictures stay in out/
    --data DIR           instead: plays CRM data (accounts.csv, products.csv, sales_pipeline.csv,
                         sales_teams.csv) and leaves its ledger in out/ledger
gamekeeper migrate --print --dialect postgresql|mysql|sqlite
                         prints the statements that make the tables of gamekeeper/sql, for who runs them by hand
    --schema NAME        PostgreSQL: the schema; MySQL: the database    --prefix NAME   instead of gk_
    --from VERSION       the version that is there already
    --row-level-security PostgreSQL 15 and later: the database itself keeps tenants apart

For each:  --json  answers for programs    --locale en|zh-CN    --help    --version
Exit code: 0 all is well · 1 tampered with · 2 could not run`,
  'zh-CN': (version) => `gamekeeper ${version}：销售离职，客户留在公司

gamekeeper verify 目录     离线核验导出的账本
    --key 文件             从别处取得的日志验证公钥；不提供时，导出内容只能自证
    --seen 检查点          早先保存的检查点文件，可发现此后的截断或改写；可重复使用
    --certificate 文件     不指定目录，改为核验交接证明；可同时提供 --key
gamekeeper demo            讲述员工离职、客户留下的故事；交接证明和两张图留在 out/
    --data 目录            改为导入 CRM 数据（accounts.csv、products.csv、sales_pipeline.csv、
                           sales_teams.csv），账本导出到 out/ledger
gamekeeper migrate --print --dialect postgresql|mysql|sqlite
                           打印创建 gamekeeper/sql 各表的语句，供自行执行迁移者使用
    --schema 名称          PostgreSQL 为模式，MySQL 为数据库    --prefix 名称   代替 gk_
    --from 版本            已有的版本
    --row-level-security   PostgreSQL 15 及以上：由数据库自身隔离租户

通用选项：--json 供程序读取    --locale en|zh-CN    --help    --version
退出码：0 一切正常 · 1 已被篡改 · 2 无法运行`,
};
