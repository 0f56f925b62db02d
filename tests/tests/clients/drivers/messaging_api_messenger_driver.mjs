/** messaging-api-messenger (of Bottender's family): Messenger over axios, with its `origin` option. */

import * as world from './world.mjs';

const { MessengerClient } = world.require('messaging-api-messenger');
const client = new MessengerClient({
    accessToken: world.page.token,
    appId: world.app.id,
    appSecret: world.app.secret,
    version: '25.0',
    origin: world.sim,
});
const user = world.page.customer;
const accepted = async (what, call) => {
    const answer = await call;
    world.well(what, (answer.messageId ?? answer.message_id)?.startsWith('m_') || console.error(answer));
};
const done = async (what, call) => world.well(what, await call);

await world.play(world.page, { text: 'Hello' });
await accepted('text', client.sendText(user, 'Hi'));
const replies = [{ contentType: 'text', title: 'Yes', payload: 'YES' }];
await accepted('quick replies', client.sendText(user, 'Sure?', { quickReplies: replies }));
const buttons = [
    { type: 'postback', title: 'Yes', payload: 'YES' },
    { type: 'web_url', title: 'Shop', url: 'https://shop.example' },
];
await accepted('buttons', client.sendButtonTemplate(user, 'Sure?', buttons));
const card = { title: 'Tea', subtitle: 'Green', imageUrl: 'https://shop.example/a.png', buttons };
await accepted('cards', client.sendGenericTemplate(user, [card]));
await accepted('image', client.sendImage(user, world.picture));
await accepted('video', client.sendVideo(user, await world.film()));
await accepted('file', client.sendFile(user, await world.document()));
await done('typing', client.typingOn(user));
await done('seen', client.markSeen(user));
const upload = await client.uploadImage(world.picture, { isReusable: true });
await accepted('reusable', client.sendImage(user, { attachmentId: upload.attachmentId }));

await done('get started', client.setGetStarted('START'));
await done('greeting', client.setGreeting('Welcome'));
await done('menu', client.setPersistentMenu([{ type: 'postback', title: 'Help', payload: 'HELP' }]));
await done('ice breakers', client.setIceBreakers([{ question: 'Open?', payload: 'OPEN' }]));
await done('domains', client.setWhitelistedDomains(['https://shop.example']));
const menu = await client.getPersistentMenu();
world.well('menu read', menu[0].callToActions[0].title === 'Help');
await done('menu deleted', client.deletePersistentMenu());
await done('button deleted', client.deleteGetStarted());
const profile = await client.getUserProfile(user);
world.well('profile', profile.firstName === 'Ann');
world.well('page', (await client.getPageInfo()).name === 'Flower shop');
await world.seen(world.page, 8);
process.exit(0);
