/** REST calls. A refusal is a value, not an exception: every caller shows its code and what to do about it. */
import { address } from './browser';
import type { Refusal } from './shapes';

export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const UNREACHABLE: Refusal = {
  code: 'UNREACHABLE',
  message: 'The server did not answer.',
  action: 'Check that cambist is running, then read the state before sending it again.',
};

function refusalFrom(status: number, body: unknown): Refusal {
  const said = (body ?? {}) as Partial<Refusal>;
  return {
    code: said.code ?? `HTTP_${status}`,
    message: said.message ?? 'The server answered with an error.',
    action: said.action ?? 'See the log of the server.',
    request_id: said.request_id ?? null,
    order_id: said.order_id ?? null,
  };
}

async function call<T>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
  const request: RequestInit = { method, headers: { Accept: 'application/json' } };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
  }
  try {
    const response = await fetch(address(`api/v1/${path}`), request);
    const value: unknown = await response.json().catch(() => null);
    return response.ok
      ? { ok: true, value: value as T }
      : { ok: false, refusal: refusalFrom(response.status, value) };
  } catch {
    return { ok: false, refusal: UNREACHABLE };
  }
}

export const api = {
  get: <T>(path: string) => call<T>('GET', path),
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, body),
  delete: <T>(path: string) => call<T>('DELETE', path),
};
