import assert from "node:assert/strict";
import { test } from "node:test";

// As much of IndexedDB as the store asks for; what it holds outlives each opening.
/** @type {Record<string, Map<string, any>>} */
const stores = {};
/** @type {Record<string, string>} */
const keyPaths = {};
/** @param {any} request @param {any} [result] */
const soon = (request, result) => {
  request.result = result;
  queueMicrotask(() => request.onsuccess?.());
  return request;
};
/** @param {string} name */
const objectStore = (name) => ({
  getAll: () => ({ result: [...stores[name].values()] }),
  put: (/** @type {any} */ what) => ({ result: stores[name].set(what[keyPaths[name]], what) }),
  delete: (/** @type {string} */ key) => ({ result: stores[name].delete(key) }),
  clear: () => ({ result: stores[name].clear() }),
});
const database = {
  createObjectStore(/** @type {string} */ name, /** @type {{ keyPath: string }} */ { keyPath }) {
    stores[name] = new Map();
    keyPaths[name] = keyPath;
  },
  transaction(/** @type {string} */ name) {
    /** @type {any} */ const transaction = { objectStore: () => objectStore(name) };
    setTimeout(() => transaction.oncomplete());
    return transaction;
  },
  close() {},
};
const scope = /** @type {any} */ (globalThis);
scope.indexedDB = {
  open() {
    /** @type {any} */ const request = {};
    queueMicrotask(() => {
      request.result = database;
      if (!stores.keys) request.onupgradeneeded();
      soon(request, database);
    });
    return request;
  },
};
const store = await import("../../src/sereniv/clinic/web/shell/static/sereniv/sealed_store.js");
const KEY = Buffer.alloc(32, 7).toString("base64"),
  HOUR_S = 3600;

/** @param {number} keepsS */
async function afterASignIn(keepsS) {
  for (const each of /** @type {const} */ (["keys", "sheets", "entries"])) await store.empty(each);
  const own = await store.takeKey("nurse", KEY, keepsS);
  await store.keepSheet(own, "a-session", { html: "Chair 1" });
  await store.keepEntry(own, "an-entry", 1, { path: "/", title: "Note", chair: "Chair 1", fields: [["text", "cold"]] });
  return own;
}
const lies = async () =>
  Promise.all([store.all("keys"), store.all("sheets"), store.all("entries")]).then((all) =>
    all.map((each) => each.length),
  );

test("a sheet is read while the sign-in lasts, and key and sheet go by themselves when it is over", async () => {
  const own = await afterASignIn(12 * HOUR_S);
  assert.deepEqual(
    (await store.ownSheets(own)).map((each) => each.html),
    ["Chair 1"],
  );
  await store.letGoOfWhatIsOver(own.until - 1);
  assert.deepEqual(await lies(), [1, 1, 1]);
  await store.letGoOfWhatIsOver(own.until);
  assert.deepEqual(await lies(), [0, 0, 1], "what was typed stays, sealed");
});

test("a sheet whose sign-in is over is not given to whoever asks for it", async () => {
  const own = await afterASignIn(0);
  assert.deepEqual(await store.ownSheets(own), []);
  assert.deepEqual(await lies(), [0, 0, 1]);
});

test("one from a clock that was ahead, and one of before sheets had an end, goes", async () => {
  await afterASignIn(HOUR_S);
  await store.letGoOfWhatIsOver(Date.now() - 60_000);
  assert.deepEqual(await lies(), [0, 0, 1]);
  assert.equal(store.holds(/** @type {any} */ ({ by: "nurse", at: 1 }), 2), false);
});

test("what somebody typed outlives everything that lets go, and opens with their key again", async () => {
  await afterASignIn(HOUR_S);
  await store.letGoOfAll();
  assert.deepEqual(await lies(), [0, 0, 1]);
  const again = await store.takeKey("nurse", KEY, HOUR_S);
  assert.deepEqual(
    (await store.ownEntries(again)).map((each) => each.fields),
    [[["text", "cold"]]],
  );
});
