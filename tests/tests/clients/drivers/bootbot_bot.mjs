/** bootbot: it calls Meta by name. */

import * as bot from './bot.mjs';

await bot.proxied();
// Node has learnt of the method BIND since, and express takes the `bind` of functions for it.
const http = bot.require('http');
http.METHODS = http.METHODS.filter((method) => method !== 'BIND');
const BootBot = bot.require('bootbot');
const shop = new BootBot({
    accessToken: bot.ACCESS_TOKEN,
    verifyToken: bot.VERIFY_TOKEN,
    appSecret: bot.APP_SECRET,
});
shop.on('message', (payload, chat) => {
    chat.say(`Echo: ${payload.message.text}`, { typing: true });
});
shop.setGreetingText('Welcome');
shop.setGetStartedButton('START');
shop.start(Number(bot.HOOK_PORT));
bot.listen(async (to, text) => (await shop.sendTextMessage(to, text)).error?.code ?? 0);
