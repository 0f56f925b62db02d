"""pymessenger: it calls Meta by name, and proves the app secret with each call."""

import bot
from flask import request
from pymessenger.bot import Bot

shop = Bot(bot.TOKEN, app_secret=bot.SECRET, api_version=25.0)
bot.flask.get("/webhook")(bot.challenge)


@bot.flask.post("/webhook")
def hook():
    for entry in request.get_json()["entry"]:
        for event in entry["messaging"]:
            text = event.get("message", {}).get("text")
            if text:
                shop.send_text_message(event["sender"]["id"], "Echo: " + text)
    return "Message Processed"


bot.work(lambda to, text: bot.code(shop.send_text_message(to, text)))
