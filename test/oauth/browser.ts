/** A person with a browser, as far as the forms of the test's OAuth server need one. */

export interface Person {
  readonly name: string;
  /** turns away on the first page that lets one */
  readonly denies?: boolean;
}

/**
 * Opens an address, fills in every form and follows every redirect.
 * @returns the address of another host that it was sent to in the end, which is not opened, or the
 * text of the last page
 */
export async function visit(start: string, person: Person): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(start);
  let next: Step = { url: new URL(start) };
  for (let count = 0; count < 20; count += 1) {
    if (next.url.origin !== origin) return next.url.href;
    const response = await ask(next, cookies);
    const page = await response.text();
    if (next.isLast === true) return page;
    const location = response.headers.get('location');
    const step: Step | undefined =
      location === null ? submitted(page, next.url, person) : { url: new URL(location, next.url) };
    if (step === undefined) return page;
    next = step;
  }
  throw new Error('the pages have no end');
}

interface Step {
  readonly url: URL;
  readonly form?: URLSearchParams | undefined;
  /** what is answered to it is the end */
  readonly isLast?: boolean;
}

async function ask({ url, form }: Step, cookies: Map<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form !== undefined && { body: form }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
}

/** The first form of a page, filled in; undefined: there is none. */
function submitted(page: string, at: URL, { name, denies }: Person): Step | undefined {
  const abort = /href="([^"]*\/abort)"/.exec(page)?.[1];
  if (denies === true && abort !== undefined) return { url: new URL(abort, at) };
  const tag = /<form[^>]*>/.exec(page)?.[0];
  if (tag === undefined) return undefined;
  const action = attribute(tag, 'action') ?? at.href;
  const fields = [...page.matchAll(/<input[^>]*>/g)].map(([input]): [string, string] => {
    const field = attribute(input, 'name') ?? '';
    const typed = field === 'login' || field === 'password' ? name : undefined;
    return [field, typed ?? attribute(input, 'value') ?? ''];
  });
  const isLast = denies === true && page.includes('name="abort"');
  if (isLast) fields.push(['abort', 'yes']);
  const form = new URLSearchParams(fields.filter(([field]) => field !== ''));
  return { url: new URL(action, at), form, isLast };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
