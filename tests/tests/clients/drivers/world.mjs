/** What the drivers share: the simulator's control interface, and a webhook endpoint. */

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { EnvHttpProxyAgent, fetch as plain, Agent, setGlobalDispatcher } from 'undici';

export const require = createRequire(`${process.cwd()}/node_modules/`);
export const sim = process.env.SIMULATOR;
export const page = { id: '2001', token: 'page-token', customer: '51' };
export const phone = { id: '4101', token: 'wa-token', customer: '15552223333' };
export const app = { id: '1001', secret: 's3cret', verify: 'verify-me' };

// Node 20 takes no proxy from the environment by itself; clients that use `fetch` then do.
setGlobalDispatcher(new EnvHttpProxyAgent());
const direct = new Agent();

export async function control(method, path, body) {
    const options = { method, dispatcher: direct, headers: { 'content-type': 'application/json' } };
    if (body !== undefined) options.body = JSON.stringify(body);
    const answer = await plain(`${sim}/_sim${path}`, options);
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
}

/** The URL of a file on this machine: Meta fetches what a message names. */
export async function file(type, start) {
    const url = `${sim}/_sim/customers/${page.id}/${page.customer}/media`;
    const options = { method: 'POST', dispatcher: direct, headers: { 'content-type': type } };
    return (await (await plain(url, { ...options, body: start })).json()).url;
}

export const picture = `${sim}/_sim/sample.png`;
export const document = () => file('application/pdf', '%PDF-1.7');
export const film = () => file('video/mp4', '\0\0\0\x18ftypisom\0\0\x02\0isomiso2');

export const play = async (who, act) =>
    (await control('POST', `/customers/${who.id}/${who.customer}/messages`, act)).id;

/** What the business wrote, as the customer's phone shows it; waits for so many messages. */
export async function seen(who, count) {
    const query = `account=${who.id}&customer=${who.customer}&from=business&min=${count}&wait_ms=20000`;
    const { messages } = await control('GET', `/messages?${query}`);
    if (messages.length < count) throw new Error(`${messages.length} of ${count} messages`);
    return messages;
}

/** Serves an endpoint: `take(method, url, headers, body)` answers `[status, text]`. */
export async function serve(take) {
    const server = createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        try {
            const [status, text] = await take(request.method, request.url, request.headers, body);
            response.writeHead(status).end(text);
        } catch (error) {
            console.error('the endpoint failed:', error);
            response.writeHead(500).end();
        }
    });
    await new Promise((ready) => server.listen(Number(process.env.HOOK_PORT), '127.0.0.1', ready));
    server.unref();
    await control('PUT', `/apps/${app.id}`, {
        callback_url: `http://127.0.0.1:${process.env.HOOK_PORT}/hook`,
    });
    const verdict = await control('POST', `/apps/${app.id}/verify`, {});
    if (!verdict.verified) throw new Error(`not verified: ${verdict.reason}`);
}

/** One thing that worked, for the log. */
export function well(name, value) {
    if (!value) throw new Error(name);
    console.log(`well: ${name}`);
}
