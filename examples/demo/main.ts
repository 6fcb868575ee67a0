import { runCommand } from '../../src/cli/run-command.ts';

process.exitCode = await runCommand(['demo', ...process.argv.slice(2)]);
