// What the vendored htmx puts on the page; uPlot's own types declare theirs.
/// <reference path="node_modules/uplot/dist/uPlot.d.ts" />
declare const htmx: { ajax(verb: string, path: string, context: object): Promise<void>; process(element: Element): void };

// What a selector finds on our pages is HTML.
interface ParentNode {
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}

// Events of htmx, and our own, carry a detail.
interface Document {
  addEventListener(type: `htmx:${string}` | `sereniv:${string}`, listener: (event: CustomEvent) => void): void;
}
interface HTMLElement {
  addEventListener(type: `sereniv:${string}`, listener: (event: CustomEvent) => void): void;
}

// What a service worker hears and holds: `lib` knows either a page or a worker, never both.
interface WorkerEvent extends Event {
  data: { json(): { subject: string; id: string } } | null;
  notification: Notification;
  request: Request;
  waitUntil(what: Promise<unknown>): void;
  respondWith(what: Promise<Response>): void;
}
interface Window {
  // What comes before the worker: the page without a network and its parts, by `shell/network_views.py`.
  KEPT: { version: string; page: string; parts: string[] };
  registration: ServiceWorkerRegistration;
  clients: { openWindow(address: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: "install" | "activate" | "fetch" | "push" | "notificationclick",
    listener: (event: WorkerEvent) => void,
  ): void;
}
interface NotificationOptions {
  vibrate?: number[];
}
