/** What the bots on Node share: where the test asks them to say something by themselves. */

import { createServer } from 'node:http';
import { createRequire } from 'node:module';

export const require = createRequire(import.meta.url);
export const { ACCESS_TOKEN, VERIFY_TOKEN, APP_SECRET, GRAPH, HOOK_PORT } = process.env;

/** `says` sends a text, and gives the code of the error that it hears, or 0. */
export function listen(says) {
    createServer(async (request, response) => {
        const query = new URL(request.url, 'http://here').searchParams;
        response.end(String(await says(query.get('to'), query.get('text'))));
    }).listen(Number(process.env.SAY_PORT), '127.0.0.1');
}

/** Leads `https` through the proxy, for frameworks that know none. */
export async function proxied() {
    const { HttpsProxyAgent } = await import(require.resolve('https-proxy-agent'));
    require('https').globalAgent = new HttpsProxyAgent(process.env.HTTPS_PROXY);
}
