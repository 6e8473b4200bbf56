// What a tablet keeps for when it has no network, in IndexedDB: the last sheet of a chair and what was typed, both sealed
// under a key that no script can read. The key is given by the server to whoever is signed in, and goes when they go.
// Key and sheets hold no longer than that sign-in; what was typed stays, sealed, until its author sends it.

/** @typedef {{ iv: Uint8Array<ArrayBuffer>, bytes: ArrayBuffer }} Sealed */
/** @typedef {{ by: string, key: CryptoKey, at: number, until: number }} OwnKey  `at`, `until` by the tablet's own clock. */
/** @typedef {{ session: string, by: string, at: number, until: number, sealed: Sealed }} KeptSheet  The same. */
/** @typedef {{ id: string, by: string, at: number, sealed: Sealed }} KeptEntry  `at` by the home's clock. */
/** @typedef {{ path: string, title: string, chair: string, fields: [string, string][] }} Typed */

const NAME = "sereniv",
  STORES = { keys: "by", sheets: "session", entries: "id" };

/** Whether this browser can keep anything sealed: not without https. */
export const canKeep = () => window.isSecureContext && "indexedDB" in window && Boolean(crypto.subtle);

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(store, { keyPath });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Does one thing with one store; what was written is on the disk when this is through.
 * @param {keyof typeof STORES} store @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} ask */
async function within(store, mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @param {keyof typeof STORES} store @returns {Promise<any[]>} */
export const all = (store) => within(store, "readonly", (from) => from.getAll());
/** @param {keyof typeof STORES} store @param {OwnKey | KeptSheet | KeptEntry} what */
export const put = (store, what) => within(store, "readwrite", (to) => to.put(what));
/** @param {keyof typeof STORES} store @param {string} name */
export const drop = (store, name) => within(store, "readwrite", (from) => from.delete(name));
/** @param {keyof typeof STORES} store */
export const empty = (store) => within(store, "readwrite", (from) => from.clear());

/** Whether a key or a sheet still holds; one from a clock that was ahead, or from before they ended, does not.
 * @param {{ at: number, until: number }} what @param {number} now */
export const holds = ({ at, until }, now) => at <= now && now < until;

/** Lets go of keys and sheets whose sign-in is over, whether or not a server says so. @param {number} [now] */
export async function letGoOfWhatIsOver(now = Date.now()) {
  for (const each of await all("keys")) if (!holds(each, now)) await drop("keys", each.by);
  for (const each of await all("sheets")) if (!holds(each, now)) await drop("sheets", each.session);
}

/** Lets go of every key and sheet: nothing can be opened here any more. What was typed stays, sealed. */
export async function letGoOfAll() {
  await empty("keys");
  await empty("sheets");
}

/** Takes in the key of somebody: from then on it opens and seals, and nobody reads it.
 * @param {string} by @param {string} base64 @param {number} keepsS  For how many seconds their sign-in still lasts.
 * @returns {Promise<OwnKey>} */
export async function takeKey(by, base64, keepsS) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  const at = Date.now();
  const own = { by, key, at, until: at + keepsS * 1000 };
  await put("keys", own);
  return own;
}

/** @param {string} about */
const bound = (about) => new TextEncoder().encode(about);

/** @param {CryptoKey} key @param {string} about @param {unknown} what @returns {Promise<Sealed>} */
export async function sealed(key, about, what) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const content = new TextEncoder().encode(JSON.stringify(what));
  const bytes = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(about) }, key, content);
  return { iv, bytes };
}

/** @param {CryptoKey} key @param {string} about @param {Sealed} what @returns {Promise<any>} */
export async function unsealed(key, about, { iv, bytes }) {
  const content = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(about) }, key, bytes);
  return JSON.parse(new TextDecoder().decode(content));
}

/** @param {{ id: string, by: string, at: number }} entry */
const aboutEntry = ({ id, by, at }) => `entry ${id} ${by} ${at}`;
/** @param {{ session: string, by: string, at: number, until: number }} sheet */
const aboutSheet = ({ session, by, at, until }) => `sheet ${session} ${by} ${at} ${until}`;

/** Keeps what somebody typed, under the one-time key of its form.
 * @param {OwnKey} own @param {string} id @param {number} at @param {Typed} typed */
export async function keepEntry({ by, key }, id, at, typed) {
  const entry = { id, by, at };
  await put("entries", { ...entry, sealed: await sealed(key, aboutEntry(entry), typed) });
}

/** Gives what somebody typed and what is not sent yet, in the order in which it was typed.
 * @param {OwnKey} own @returns {Promise<(Typed & { id: string, at: number })[]>} */
export async function ownEntries({ by, key }) {
  const mine = (await all("entries")).filter((each) => each.by === by).sort((a, b) => a.at - b.at);
  const found = [];
  for (const each of mine) {
    const typed = await unsealed(key, aboutEntry(each), each.sealed).catch(() => null);
    if (typed) found.push({ ...typed, id: each.id, at: each.at });
  }
  return found;
}

/** @param {OwnKey} own @param {string} session @param {object} sheet */
export async function keepSheet({ by, key, until }, session, sheet) {
  const kept = { session, by, at: Date.now(), until };
  await put("sheets", { ...kept, sealed: await sealed(key, aboutSheet(kept), sheet) });
}

/** Gives somebody's sheets that still hold. @param {OwnKey} own @returns {Promise<(KeptSheet & { html: string })[]>} */
export async function ownSheets({ by, key }) {
  await letGoOfWhatIsOver();
  const found = [];
  for (const each of await all("sheets")) {
    const sheet = each.by === by && (await unsealed(key, aboutSheet(each), each.sealed).catch(() => null));
    if (sheet) found.push({ ...each, ...sheet });
  }
  return found;
}
