"""heyoo: WhatsApp over requests."""

import world
from heyoo import WhatsApp

world.play(world.PHONE, world.WA_ID, {"text": "Hello"})
wa = WhatsApp(world.WA_TOKEN, phone_number_id=world.PHONE)


def accepted(what, answer):
    world.well(what, answer.get("messages", [{}])[0].get("id", "").startswith("wamid.") or print(answer))


accepted("text", wa.send_message("Hi", world.WA_ID))
accepted("template", wa.send_template(
    "order_ready", world.WA_ID, lang="en_US",
    components=[{"type": "body", "parameters": [{"type": "text", "text": "Cy"}]}],
))
accepted("location", wa.send_location("52.5", "13.4", "Berlin", "Mitte", world.WA_ID))
accepted("image", wa.send_image(world.PICTURE, world.WA_ID))
accepted("document", wa.send_document(world.document(), world.WA_ID, caption="Bill"))
accepted("list", wa.send_button({
    "header": "Tea", "body": "Pick", "footer": "Fresh",
    "action": {"button": "Open", "sections": [
        {"title": "Green", "rows": [{"id": "s", "title": "Sencha", "description": "Japan"}]}]},
}, world.WA_ID))
accepted("buttons", wa.send_reply_button({
    "type": "button", "body": {"text": "Sure?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
}, world.WA_ID))
with open("a.png", "wb") as file:
    file.write(world.plain.open(f"{world.SIM}/_sim/sample.png").read())
media = wa.upload_media("a.png")
world.well("upload", media and media.get("id"))
accepted("media", wa.send_image(media["id"], world.WA_ID, link=False))
world.well("media looked up", wa.query_media_url(media["id"]))
world.seen(world.PHONE, world.WA_ID, 8)
