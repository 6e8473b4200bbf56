// Stands for every page: shows what is pushed, and gives the page without a network where the server cannot be reached.
// `self.KEPT` comes before this script: which page and which of its parts are kept, and their version.
const { version, page, parts } = self.KEPT;
const CACHE = `without-network-${version}`,
  WAIT_MS = 10000;
// At the board and the chairs nobody waits longer than this for a network that says nothing; any other page may be slow.
const AT_THE_CHAIRS = /^\/(sessions\/[0-9a-f-]{36}\/([a-z-]+\/)?)?$/;
// A patient's own page is never replaced by one of the clinic's.
const FOR_PATIENTS = /^\/q\//,
  GATEWAY_FAILED = [502, 504];

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    // As nobody: what is kept names nobody who works here.
    await cache.addAll([page, ...parts].map((each) => new Request(each, { credentials: "omit", cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys())
      if (name.startsWith("without-network-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/** @param {Request} request  Answers from the network, and fails where nothing comes in time. */
async function fromNetwork(request) {
  if (request.mode !== "navigate" || !AT_THE_CHAIRS.test(new URL(request.url).pathname)) return fetch(request);
  const late = new AbortController(),
    timer = setTimeout(() => late.abort(), WAIT_MS);
  try {
    return await fetch(request, { signal: late.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Request} request @param {string} kept */
async function orKept(request, kept) {
  try {
    const answer = await fromNetwork(request);
    if (!GATEWAY_FAILED.includes(answer.status)) return answer;
  } catch {
    // No network, or nobody answers: what is kept stands in.
  }
  return (await (await caches.open(CACHE)).match(kept)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event,
    { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && !FOR_PATIENTS.test(pathname)) event.respondWith(orKept(request, page));
  else if (parts.includes(pathname)) event.respondWith(orKept(request, pathname));
});

// A chair and "prompt" or "HELP", nothing about a patient.
self.addEventListener("push", (event) => {
  const { subject, id } = event.data?.json() ?? { subject: "Sereniv: look at the board", id: "" };
  event.waitUntil(
    self.registration.showNotification(subject, {
      body: "Open Sereniv, or go there.",
      tag: id || subject,
      requireInteraction: true,
      vibrate: [200, 100, 200, 100, 400],
    }),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
