/** Takes our webhooks with the public library for Standard Webhooks; at /seen it tells which. */

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.SECRET);
const seen = [];

createServer(async (request, response) => {
    if (request.method === 'GET') {
        response.end(JSON.stringify(seen));
        return;
    }
    try {
        seen.push(webhook.verify(await text(request), request.headers).type);
        response.writeHead(204).end();
    } catch (error) {
        response.writeHead(400).end(error.message);
    }
}).listen(Number(process.env.HOOK_PORT), '127.0.0.1');
