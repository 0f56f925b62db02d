"""pywa: WhatsApp, with its own webhook server, which checks signatures."""

import bot
from pywa import WhatsApp, errors

shop = WhatsApp(
    phone_id=bot.ACCOUNT,
    token=bot.TOKEN,
    app_id="1",
    app_secret=bot.SECRET,
    verify_token=bot.VERIFY,
    server=bot.flask,
    webhook_endpoint="/webhook",
)


@shop.on_message()
def on_message(client, message):
    message.mark_as_read()
    message.reply_text("Echo: " + message.text, quote=True)


def says(to, text):
    try:
        shop.send_message(to, text)
        return 0
    except errors.WhatsAppError as error:
        return error.code


bot.work(says)
