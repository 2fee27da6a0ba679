/**
 * The client's side of `cambist.v1.json`: subscriptions, snapshot and increments, gaps, resume, back-off.
 *
 * Knows no DOM: the socket, the timers and the random source come from outside, so that every path can be tested.
 */
import { backOffMs } from './back_off';

export interface Wire {
  send(text: string): void;
  close(): void;
}

export interface WireEvents {
  open(): void;
  message(text: string): void;
  closed(): void;
}

export interface Surroundings {
  dial(events: WireEvents): Wire;
  after(delayMs: number, act: () => void): () => void;
  nowMs(): number;
  random(): number;
}

export interface Hello {
  epoch: string;
  version: string;
  kernel: string;
}

export interface Consumer {
  snapshot(data: unknown): void;
  update(data: unknown): void;
}

export type LinkState =
  | { phase: 'connecting'; attempt: number }
  | { phase: 'connected'; hello: Hello; roundTripMs: number | null }
  | { phase: 'waiting'; attempt: number; retryAtMs: number };

interface Subscription {
  consumer: Consumer;
  epoch: string | null;
  seq: number;
  /** True from (re)subscribing to the snapshot or the first resumed update. */
  pending: boolean;
}

interface DataMessage {
  type: 'snapshot' | 'update';
  channel: string;
  epoch: string;
  seq: number;
  data: unknown;
}

export const PING_EVERY_MS = 5_000;
export const SILENCE_LIMIT_MS = 12_000;
/** What is not greeted within this time is given up and dialled again. */
export const GREETING_LIMIT_MS = 5_000;

export class Socket {
  #surroundings: Surroundings;
  #onState: (state: LinkState) => void;
  #onError: (code: string, message: string, action: string) => void;
  #subscriptions = new Map<string, Subscription>();
  #wire: Wire | null = null;
  #hello: Hello | null = null;
  #attempt = 0;
  #generation = 0;
  #requests = 0;
  #heardAtMs = 0;
  #pingedAtMs: number | null = null;
  #cancelTimer: () => void = () => undefined;

  constructor(
    surroundings: Surroundings,
    onState: (state: LinkState) => void,
    onError: (code: string, message: string, action: string) => void = () => undefined,
  ) {
    this.#surroundings = surroundings;
    this.#onState = onState;
    this.#onError = onError;
  }

  /** Dial now; also used by the "retry now" button while waiting. */
  connect(): void {
    this.#cancelTimer();
    this.#drop();
    const generation = ++this.#generation;
    const mine = (act: () => void) => () => {
      if (generation === this.#generation) act();
    };
    this.#onState({ phase: 'connecting', attempt: this.#attempt });
    this.#heardAtMs = this.#surroundings.nowMs();
    this.#cancelTimer = this.#surroundings.after(
      GREETING_LIMIT_MS,
      mine(() => this.#lost()),
    );
    this.#wire = this.#surroundings.dial({
      open: () => undefined,
      message: (text) => mine(() => this.#receive(text))(),
      closed: mine(() => this.#lost()),
    });
  }

  close(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#drop();
  }

  /** Returns the way to end the subscription. A channel has one consumer. */
  subscribe(channel: string, consumer: Consumer): () => void {
    const subscription: Subscription = { consumer, epoch: null, seq: 0, pending: true };
    this.#subscriptions.set(channel, subscription);
    if (this.#hello !== null) this.#send({ op: 'subscribe', channels: [channel] });
    return () => {
      if (this.#subscriptions.get(channel) !== subscription) return;
      this.#subscriptions.delete(channel);
      if (this.#hello !== null) this.#send({ op: 'unsubscribe', channels: [channel] });
    };
  }

  #drop(): void {
    const wire = this.#wire;
    this.#wire = null;
    this.#hello = null;
    this.#pingedAtMs = null;
    wire?.close();
  }

  #lost(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#drop();
    const delayMs = backOffMs(this.#attempt, this.#surroundings.random());
    this.#attempt++;
    this.#onState({ phase: 'waiting', attempt: this.#attempt, retryAtMs: this.#surroundings.nowMs() + delayMs });
    this.#cancelTimer = this.#surroundings.after(delayMs, () => this.connect());
  }

  #send(request: Record<string, unknown>): void {
    this.#requests++;
    this.#wire?.send(JSON.stringify({ ...request, request_id: String(this.#requests) }));
  }

  #receive(text: string): void {
    this.#heardAtMs = this.#surroundings.nowMs();
    const message = JSON.parse(text) as { type: string } & Record<string, unknown>;
    switch (message.type) {
      case 'hello':
        return this.#greeted(message as unknown as Hello);
      case 'snapshot':
      case 'update':
        return this.#deliver(message as unknown as DataMessage);
      case 'pong':
        return this.#answered();
      case 'error':
        return this.#onError(String(message['code']), String(message['message']), String(message['action']));
      default:
        return undefined;
    }
  }

  #greeted(hello: Hello): void {
    this.#hello = hello;
    this.#attempt = 0;
    this.#onState({ phase: 'connected', hello, roundTripMs: null });
    this.#subscribeAll(hello.epoch);
    this.#ping();
  }

  /** After a reconnect within the same epoch only what was missed is asked for. */
  #subscribeAll(epoch: string): void {
    const channels = [...this.#subscriptions.keys()];
    if (channels.length === 0) return;
    const resume: Record<string, { epoch: string; seq: number }> = {};
    for (const [channel, subscription] of this.#subscriptions) {
      if (subscription.epoch === epoch) resume[channel] = { epoch, seq: subscription.seq };
      else subscription.pending = true;
    }
    this.#send(
      Object.keys(resume).length > 0 ? { op: 'subscribe', channels, resume } : { op: 'subscribe', channels },
    );
  }

  #deliver(message: DataMessage): void {
    const subscription = this.#subscriptions.get(message.channel);
    if (subscription === undefined) return;
    if (message.type === 'snapshot') {
      subscription.epoch = message.epoch;
      subscription.seq = message.seq;
      subscription.pending = false;
      subscription.consumer.snapshot(message.data);
      return;
    }
    if (subscription.pending) return;
    if (message.epoch === subscription.epoch && message.seq <= subscription.seq) return;
    if (message.epoch !== subscription.epoch || message.seq !== subscription.seq + 1) {
      this.#startOver(message.channel, subscription);
      return;
    }
    subscription.seq = message.seq;
    subscription.consumer.update(message.data);
  }

  /** A gap: what we hold is not the truth any more, so ask for a fresh snapshot and ignore updates until it comes. */
  #startOver(channel: string, subscription: Subscription): void {
    subscription.epoch = null;
    subscription.pending = true;
    this.#send({ op: 'unsubscribe', channels: [channel] });
    this.#send({ op: 'subscribe', channels: [channel] });
  }

  #ping(): void {
    this.#cancelTimer();
    const now = this.#surroundings.nowMs();
    if (now - this.#heardAtMs >= SILENCE_LIMIT_MS) {
      this.#lost();
      return;
    }
    this.#pingedAtMs = now;
    this.#send({ op: 'ping' });
    const generation = this.#generation;
    this.#cancelTimer = this.#surroundings.after(PING_EVERY_MS, () => {
      if (generation === this.#generation) this.#ping();
    });
  }

  #answered(): void {
    if (this.#pingedAtMs === null || this.#hello === null) return;
    const roundTripMs = this.#surroundings.nowMs() - this.#pingedAtMs;
    this.#pingedAtMs = null;
    this.#onState({ phase: 'connected', hello: this.#hello, roundTripMs });
  }
}
