/** whatsapp, Meta's own Node SDK (archived since): WhatsApp over `https`. */

import * as world from './world.mjs';

Object.assign(process.env, {
    WA_PHONE_NUMBER_ID: world.phone.id,
    CLOUD_API_ACCESS_TOKEN: world.phone.token,
    CLOUD_API_VERSION: 'v25.0',
    M4D_APP_ID: world.app.id,
    M4D_APP_SECRET: world.app.secret,
    WEBHOOK_ENDPOINT: 'hook',
    WEBHOOK_VERIFICATION_TOKEN: world.app.verify,
    LISTENER_PORT: process.env.HOOK_PORT,
});
// Its agent knows no proxy, and it takes `https.Agent` when it is made.
const { HttpsProxyAgent } = await import(world.require.resolve('https-proxy-agent'));
world.require('https').Agent = function () {
    return new HttpsProxyAgent(process.env.HTTPS_PROXY, { keepAlive: true });
};
const WhatsApp = world.require('whatsapp');
const wa = new WhatsApp(Number(world.phone.id));
const to = Number(world.phone.customer);

const accepted = async (what, call) => {
    const answer = await (await call).responseBodyToJSON();
    world.well(what, answer.messages?.[0]?.id ?? console.error(JSON.stringify(answer)));
};
const mid = await world.play(world.phone, { text: 'Hello' });
await accepted('text', wa.messages.text({ body: 'Hi', preview_url: false }, to));
await accepted('answer', wa.messages.text({ body: 'Hi' }, to, mid));
await accepted('image', wa.messages.image({ link: world.picture }, to));
await accepted('location', wa.messages.location({ latitude: 52.5, longitude: 13.4 }, to));
const parameters = [{ type: 'text', text: 'Cy' }];
await accepted(
    'template',
    wa.messages.template(
        {
            name: 'order_ready',
            language: { policy: 'deterministic', code: 'en_US' },
            components: [{ type: 'body', parameters }],
        },
        to,
    ),
);
const buttons = [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }];
await accepted(
    'buttons',
    wa.messages.interactive({ type: 'button', body: { text: 'Sure?' }, action: { buttons } }, to),
);
const read = await (await wa.messages.status({ status: 'read', message_id: mid })).responseBodyToJSON();
world.well('read mark', read.success ?? console.error(JSON.stringify(read)));
await world.seen(world.phone, 6);
process.exit(0);
