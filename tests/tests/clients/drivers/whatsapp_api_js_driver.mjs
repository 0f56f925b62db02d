/** whatsapp-api-js: WhatsApp over `fetch`, with its own check of signatures and challenges. */

import * as world from './world.mjs';

const { WhatsAppAPI } = await import(world.require.resolve('whatsapp-api-js'));
const m = await import(world.require.resolve('whatsapp-api-js/messages'));

const api = new WhatsAppAPI({
    token: world.phone.token,
    appSecret: world.app.secret,
    webhookVerifyToken: world.app.verify,
    v: 'v25.0',
});
const heard = [];
let wake = () => {};
const hear = async (fits) => {
    for (;;) {
        const found = heard.find(fits);
        if (found) return found;
        await new Promise((resolve) => (wake = resolve));
    }
};
const note = (event) => {
    heard.push(event);
    wake();
};
api.on.message = ({ message, from }) => note({ message, from });
api.on.status = ({ status, id }) => note({ status, id });
await world.serve(async (method, url, headers, body) => {
    if (method === 'GET') {
        return [200, api.get(Object.fromEntries(new URL(url, 'http://x').searchParams))];
    }
    await api.post(JSON.parse(body), body, headers['x-hub-signature-256']);
    return [200, ''];
});

const accepted = async (what, message, context) => {
    const answer = await api.sendMessage(world.phone.id, world.phone.customer, message, context);
    world.well(what, answer.messages?.[0]?.id ?? console.error(JSON.stringify(answer)));
    return answer.messages[0].id;
};

const mid = await world.play(world.phone, { text: 'Hellö 👋' });
const { message } = await hear((event) => event.message?.text?.body === 'Hellö 👋');
world.well('webhook, signed', message.id === mid);
const id = await accepted('text', new m.Text('Hi'), mid);
await hear((event) => event.status === 'read' && event.id === id);
world.well('statuses', true);
await accepted('image', new m.Image(world.picture, false, 'Look'));
await accepted('document', new m.Document(await world.document(), false, 'Bill', 'a.pdf'));
await accepted('location', new m.Location(13.4, 52.5, 'Berlin', 'Mitte'));
await accepted('reaction', new m.Reaction(mid, '👍'));
const asked = await accepted(
    'buttons',
    new m.Interactive(
        new m.ActionButtons(new m.Button('y', 'Yes'), new m.Button('n', 'No')),
        new m.Body('Sure?'),
        new m.Header('Question'),
        new m.Footer('Tap'),
    ),
);
await world.play(world.phone, { button_reply: { id: 'y', title: 'Yes' }, reply_to: asked });
await hear((event) => event.message?.interactive?.button_reply?.id === 'y');
await accepted(
    'list',
    new m.Interactive(
        new m.ActionList('Open', new m.ListSection('Green', new m.Row('s', 'Sencha', 'Japan'))),
        new m.Body('Pick'),
    ),
);
await accepted(
    'link',
    new m.Interactive(new m.ActionCTA('Open', 'https://shop.example'), new m.Body('See')),
);
await accepted(
    'template',
    new m.Template('order_ready', new m.Language('en_US'), new m.BodyComponent(new m.BodyParameter('Cy'))),
);
const png = await (await fetch(`${world.sim}/_sim/sample.png`)).blob();
const form = new FormData();
form.set('file', new Blob([png], { type: 'image/png' }), 'a.png');
const media = await api.uploadMedia(world.phone.id, form);
world.well('upload', media.id ?? console.error(JSON.stringify(media)));
await accepted('media', new m.Image(media.id, true));
const found = await api.retrieveMedia(media.id);
const bytes = await (await api.fetchMedia(found.url)).arrayBuffer();
world.well('download', bytes.byteLength === png.size);
world.well('deleted', (await api.deleteMedia(media.id)).success);
const read = await api.markAsRead(world.phone.id, mid, 'text');
world.well('read mark and typing', read.success ?? console.error(JSON.stringify(read)));
const refused = await api.sendMessage(world.phone.id, '4900', new m.Text('Nobody'));
world.well('a refusal', refused.error?.code === 131026);
await world.seen(world.phone, 9);
process.exit(0);
