import assert from "node:assert/strict";
import { test } from "node:test";

const HERE = "https://clinic.example",
  CHAIR = "/sessions/a45640c5-c0d6-5e0b-b61a-0c1fc0caffb7/";
/** @type {Record<string, (event: any) => void>} */
const heard = {};
const scope = /** @type {any} */ (globalThis);
scope.self = {
  KEPT: { version: "1", page: "/without-network/", parts: ["/static/a.js"] },
  location: { origin: HERE },
  addEventListener: (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) => {
    heard[type] = listener;
  },
};
scope.caches = { open: async () => ({ match: async (/** @type {string} */ kept) => `kept ${kept}` }) };
await import("../../src/sereniv/clinic/web/shell/static/sereniv/worker.js");

/** @param {string} path @param {() => Promise<any>} network @param {{ method?: string, mode?: string }} [how] */
async function asked(path, network, { method = "GET", mode = "navigate" } = {}) {
  /** @type {any} */ let answer;
  /** @type {any} */ let given;
  scope.fetch = (/** @type {any} */ _, /** @type {any} */ init) => {
    given = init;
    return network();
  };
  heard.fetch({
    request: { method, mode, url: HERE + path },
    respondWith: (/** @type {Promise<any>} */ what) => {
      answer = what;
    },
  });
  return { answer: await answer, limited: Boolean(given?.signal) };
}
const gone = () => Promise.reject(new TypeError("no network"));
const answers = (/** @type {number} */ status) => () => Promise.resolve({ status });

test("a page that cannot be fetched is stood in for, at a chair and elsewhere", async () => {
  for (const path of [CHAIR, `${CHAIR}vitals/`, "/", "/people/"])
    assert.equal((await asked(path, gone)).answer, "kept /without-network/");
  assert.equal((await asked("/static/a.js", gone, { mode: "no-cors" })).answer, "kept /static/a.js");
  assert.equal((await asked(CHAIR, answers(502))).answer, "kept /without-network/", "a proxy without its server");
});

test("what the server says itself is shown, whatever it is", async () => {
  for (const status of [200, 404, 500, 503]) assert.deepEqual((await asked(CHAIR, answers(status))).answer, { status });
});

test("nobody waits long for a chair, and a slow page elsewhere is waited for", async () => {
  for (const path of [CHAIR, `${CHAIR}vitals/`, "/"])
    assert.equal((await asked(path, answers(200))).limited, true, path);
  for (const path of ["/ledger/", "/set-up/exports/", `${CHAIR}documents/note/pdf/`])
    assert.equal((await asked(path, answers(200))).limited, false, path);
});

test("a patient's own page, what is sent and what a page asks for by itself are left alone", async () => {
  assert.equal((await asked("/q/token/", gone)).answer, undefined);
  assert.equal((await asked(`${CHAIR}vitals/`, gone, { method: "POST" })).answer, undefined);
  assert.equal((await asked(`${CHAIR}status/`, gone, { mode: "cors" })).answer, undefined);
});
