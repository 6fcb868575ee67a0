// `npx gamekeeper` in this checkout: npm links the commands of dependencies, not the package's own.
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';

const link = 'node_modules/.bin/gamekeeper';
if (existsSync('node_modules/.bin') && process.platform !== 'win32') {
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli/main.js', link);
  chmodSync('dist/cli/main.js', 0o755);
}
