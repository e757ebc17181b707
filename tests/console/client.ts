/** A browser without a screen: cookies, forms and nothing else, so that each header of a request can be chosen. */
import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
  /** What a person reads: without style and markup. */
  readonly words: string;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The address that the request comes from. */
  readonly from?: string;
}

export type Fields = Readonly<Record<string, string>>;

export class Client {
  readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  async get(path: string, ask: Ask = {}): Promise<Answer> {
    return await this.#send('GET', path, undefined, ask);
  }

  /** As a page of the console would. */
  async post(path: string, fields: Fields, { headers = {}, ...ask }: Ask = {}): Promise<Answer> {
    const body = new URLSearchParams(fields).toString();
    const own = { origin: new URL(this.url).origin, 'content-type': 'application/x-www-form-urlencoded' };
    return await this.#send('POST', path, body, { ...ask, headers: { ...own, ...headers } });
  }

  /** Follows up to five redirects within the console. */
  async open(path: string): Promise<Answer> {
    let answer = await this.get(path);
    for (let step = 0; step < 5 && answer.status === 303; step += 1)
      answer = await this.get(String(answer.headers['location']));
    return answer;
  }

  /** Sends the first form of a page that leads to `action`, with its hidden fields. */
  async submit(page: string, action: string, fields: Fields = {}): Promise<Answer> {
    return await this.post(action, { ...hiddenIn((await this.open(page)).text, action), ...fields });
  }

  #send(method: string, path: string, body: string | undefined, ask: Ask): Promise<Answer> {
    const { headers = {}, from } = ask;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.url),
        {
          method,
          agent: noKeeping,
          headers: { ...(cookie !== '' && { cookie }), ...headers },
          ...(from !== undefined && { localAddress: from }),
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const bytes = Buffer.concat(parts);
            const text = bytes.toString('utf8');
            for (const set of response.headers['set-cookie'] ?? []) this.#keep(set);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              bytes,
              words: wordsOf(text),
            });
          });
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  #keep(set: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '' || /max-age=0/i.test(set)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** A connection that is kept would make the console wait when it stops. */
const noKeeping = new Agent({ keepAlive: false });

const wordsOf = (text: string): string =>
  text
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The hidden fields of the form with this action. */
export function hiddenIn(page: string, action: string): Fields {
  const forms = [...page.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const [, , inner] = forms.find(([, to]) => to === action) ?? [];
  if (inner === undefined) throw new Error(`the page has no form for ${action}`);
  const inputs = inner.matchAll(/<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
