// What the scripts in static/js find in the browser or are given by Python, beyond what TypeScript knows of.

/** pages/offline/app.py puts it before the service worker's script. */
declare const app: { version: string; page: string; files: string[] };

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerFetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerSyncEvent extends WorkerEvent {
  readonly tag: string;
}

/** The service worker's own view of the browser. */
interface ServiceWorkerGlobal {
  addEventListener(name: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(name: "sync", listener: (event: WorkerSyncEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

interface ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

interface String {
  /** Newer than the other things that we use, so not every browser has it. */
  toWellFormed?(): string;
}

interface InstallPromptEvent extends Event {
  prompt(): Promise<void>;
}

interface HtmxDetail {
  readonly elt: HTMLElement;
  readonly target: HTMLElement;
  readonly xhr: XMLHttpRequest;
  readonly successful?: boolean;
  readonly requestConfig: { readonly verb: string; readonly path: string };
}

interface WindowEventMap {
  beforeinstallprompt: InstallPromptEvent;
}

interface DocumentEventMap {
  "htmx:afterRequest": CustomEvent<HtmxDetail>;
  "htmx:afterSwap": CustomEvent<HtmxDetail>;
  "htmx:beforeOnLoad": CustomEvent<HtmxDetail>;
  "htmx:beforeSwap": CustomEvent<HtmxDetail>;
  "htmx:responseError": CustomEvent<HtmxDetail>;
  "htmx:sendError": CustomEvent<HtmxDetail>;
  "htmx:timeout": CustomEvent<HtmxDetail>;
  "offline:changed": CustomEvent<import("./static/js/offline/store.js").News>;
  "offline:sent": CustomEvent<import("./static/js/offline/sender.js").Result>;
}

interface HTMLElementEventMap {
  "uploader:file": CustomEvent<File>;
  "ksbs-chosen": CustomEvent<number>;
}
