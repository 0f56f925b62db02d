"""heyoo: WhatsApp over requests, with its own reading of webhooks."""

import bot
from flask import request
from heyoo import WhatsApp

shop = WhatsApp(bot.TOKEN, phone_number_id=bot.ACCOUNT)
bot.flask.get("/webhook")(bot.challenge)


@bot.flask.post("/webhook")
def hook():
    data = request.get_json()
    if shop.is_message(data) and shop.get_message_type(data) == "text":
        shop.send_message("Echo: " + shop.get_message(data), shop.get_mobile(data))
    return "OK"


bot.work(lambda to, text: bot.code(shop.send_message(text, to)))
