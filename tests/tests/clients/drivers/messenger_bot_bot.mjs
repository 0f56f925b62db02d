/** messenger-bot: it has an option for where the Graph API is. */

import { createServer } from 'node:http';
import * as bot from './bot.mjs';

const Bot = bot.require('messenger-bot');
const shop = new Bot({
    token: bot.ACCESS_TOKEN,
    verify: bot.VERIFY_TOKEN,
    app_secret: bot.APP_SECRET,
    graph_url: bot.GRAPH,
});
shop.on('error', (error) => console.error(error.message));
shop.on('message', async (payload, reply, actions) => {
    const { text } = payload.message;
    const profile = await shop.getProfile(payload.sender.id);
    if (profile.id !== payload.sender.id) throw new Error(JSON.stringify(profile));
    actions.markRead(() => {});
    await reply({ text: `Echo: ${text}` });
});
createServer(shop.middleware()).listen(Number(bot.HOOK_PORT), '127.0.0.1');
bot.listen(async (to, text) => {
    try {
        await shop.sendMessage(to, { text });
        return 0;
    } catch (error) {
        return (error.error?.error ?? error).code;
    }
});
