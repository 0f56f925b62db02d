"""fbmessenger: Messenger, with its own reading of webhooks."""

import collections
import collections.abc
import queue

# Python moved it in 3.10, after this client's last release.
collections.Iterable = collections.abc.Iterable

import world
from fbmessenger import BaseMessenger, attachments, elements, quick_replies, templates
from fbmessenger.thread_settings import GetStartedButton, GreetingText, MessengerProfile
from flask import Flask, request

heard = queue.Queue()


class Shop(BaseMessenger):
    def message(self, message):
        heard.put(("message", message["message"].get("text")))

    def postback(self, message):
        heard.put(("postback", message["postback"]["payload"]))

    def delivery(self, message):
        heard.put(("delivery", None))

    def read(self, message):
        heard.put(("read", None))

    def optin(self, message):
        heard.put(("optin", None))

    def account_linking(self, message):
        heard.put(("linking", message["account_linking"]["status"]))


shop = Shop(world.PAGE_TOKEN, app_secret=world.SECRET)
flask = Flask("fbmessenger")


@flask.get("/hook")
def verify():
    assert request.args["hub.verify_token"] == world.VERIFY
    return request.args["hub.challenge"]


@flask.post("/hook")
def hook():
    shop.handle(request.get_json(force=True))
    return ""


def hear(*wanted):
    while heard.get(timeout=20) != wanted:
        pass


def accepted(what, answer):
    world.well(what, answer.get("message_id", "").startswith("m_") or print(answer))


world.serve(flask)
world.play(world.PAGE, world.PSID, {"text": "Hello"})
hear("message", "Hello")
send = lambda payload: shop.client.send(payload.to_dict(), world.PSID)
replies = quick_replies.QuickReplies([quick_replies.QuickReply(title="Yes", payload="YES")])
accepted("text", send(elements.Text(text="Hi", quick_replies=replies)))
hear("delivery", None)
hear("read", None)
button = elements.Button(button_type="postback", title="Yes", payload="YES")
accepted("buttons", send(templates.ButtonTemplate(text="Sure?", buttons=[button])))
card = elements.Element(title="Tea", subtitle="Green", item_url=None, image_url="https://shop.example/a.png", buttons=[button])
accepted("cards", send(templates.GenericTemplate(elements=[card])))
accepted("image", send(attachments.Image(url=world.PICTURE)))
world.play(world.PAGE, world.PSID, {"postback": {"title": "Yes", "payload": "YES"}})
hear("postback", "YES")
world.well("webhooks", True)
uploaded = shop.client.upload_attachment(attachments.Image(url=world.PICTURE, is_reusable=True))
world.well("upload", uploaded.get("attachment_id") or print(uploaded))
profile = MessengerProfile(
    get_started=GetStartedButton(payload="START"),
    greetings=[GreetingText(text="Welcome")],
)
done = shop.set_messenger_profile(profile.to_dict())
world.well("messenger profile", done.get("result") == "success" or print(done))
world.well("and deleted", shop.delete_get_started().get("result") == "success")
user = shop.client.get_user_data(world.PSID, fields=["first_name", "last_name"])
world.well("profile", user.get("first_name") == "Ann" or print(user))
world.seen(world.PAGE, world.PSID, 4)
