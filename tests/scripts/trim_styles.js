// Prints Tabler's styles as the pages use them: what no page, view or script names is left out. `--keep` keeps them.
import { readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const WEB = "../../src/sereniv/clinic/web";
const SOURCE_MAP = /\/\*# sourceMappingURL.*\*\/\s*$/;
const whole = readFileSync("node_modules/@tabler/core/dist/css/tabler.min.css", "utf8");
const [trimmed] = await new PurgeCSS().purge({
  content: ["html", "py", "js"].map((kind) => `${WEB}/**/*.${kind}`),
  css: [{ raw: whole.replace(SOURCE_MAP, "") }],
  skippedContentGlobs: [`${WEB}/**/vendor/**`],
  keyframes: true,
  fontFace: true,
});
const styles = `${trimmed.css.trimEnd()}\n`;
if (process.argv.includes("--keep")) {
  writeFileSync(`${WEB}/shell/static/vendor/tabler.used.css`, styles);
  console.log(`${Buffer.byteLength(styles)} of ${Buffer.byteLength(whole)} bytes are named by the pages.`);
} else process.stdout.write(styles);
