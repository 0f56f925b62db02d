"""pymessenger: Messenger over requests, with an appsecret_proof."""

import world
from pymessenger.bot import Bot

world.play(world.PAGE, world.PSID, {"text": "Hello"})
bot = Bot(world.PAGE_TOKEN, app_secret=world.SECRET, api_version=25.0)


def accepted(what, answer):
    world.well(what, answer.get("message_id", "").startswith("m_") or print(answer))


buttons = [{"type": "postback", "title": "Yes", "payload": "YES"}]
accepted("text", bot.send_text_message(world.PSID, "Hi"))
accepted("buttons", bot.send_button_message(world.PSID, "Sure?", buttons))
accepted("cards", bot.send_generic_message(
    world.PSID, [{"title": "Tea", "subtitle": "Green", "buttons": buttons}]))
accepted("image by URL", bot.send_image_url(world.PSID, world.PICTURE))
accepted("file by URL", bot.send_file_url(world.PSID, world.document()))
world.well("typing", bot.send_action(world.PSID, "typing_on")["recipient_id"] == world.PSID)
world.seen(world.PAGE, world.PSID, 5)
