"""fbmessenger: it calls Meta by name, and answers before its webhook does."""

import collections
import collections.abc

# Python moved it in 3.10, after this framework's last release.
collections.Iterable = collections.abc.Iterable

import bot
from fbmessenger import BaseMessenger, elements
from flask import request


class Shop(BaseMessenger):
    def message(self, message):
        self.send_action("typing_on")
        self.send(elements.Text(text="Echo: " + message["message"]["text"]).to_dict(), "RESPONSE")

    def postback(self, message):
        pass

    delivery = read = optin = account_linking = postback


shop = Shop(bot.TOKEN, app_secret=bot.SECRET)
bot.flask.get("/webhook")(bot.challenge)


@bot.flask.post("/webhook")
def hook():
    shop.handle(request.get_json(force=True))
    return ""


bot.work(lambda to, text: bot.code(shop.client.send(elements.Text(text=text).to_dict(), to)))
