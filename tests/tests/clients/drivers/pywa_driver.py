"""pywa: WhatsApp, with its own webhook server, which checks signatures."""

import queue

import world
from flask import Flask
from pywa import WhatsApp, types
from pywa.types import templates as t

heard = queue.Queue()
flask = Flask("pywa")
wa = WhatsApp(
    phone_id=world.PHONE,
    token=world.WA_TOKEN,
    waba_id=world.WABA,
    app_id=world.APP,
    app_secret=world.SECRET,
    verify_token=world.VERIFY,
    server=flask,
    webhook_endpoint="/hook",
)


@wa.on_message()
def on_message(client, message):
    heard.put(("message", message.text, message))


@wa.on_callback_button()
def on_button(client, tap):
    heard.put(("button", tap.data, tap))


@wa.on_callback_selection()
def on_selection(client, tap):
    heard.put(("selection", tap.data, tap))


@wa.on_message_status()
def on_status(client, status):
    heard.put(("status", status.status.value, status))


def hear(kind, value):
    while True:
        found = heard.get(timeout=20)
        if found[:2] == (kind, value):
            return found[2]


world.serve(flask)

# The customer writes, and is answered with a text that quotes.
world.play(world.PHONE, world.WA_ID, {"text": "Hello"})
message = hear("message", "Hello")
sent = message.reply_text("Hi there", quote=True)
world.well("text", sent.id.startswith("wamid."))
hear("status", "read")
world.well("statuses, signed", True)

# Buttons and a list, and what the customer taps.
asked = wa.send_message(
    world.WA_ID, "Choose", buttons=[types.Button("Yes", "y"), types.Button("No", "n")]
)
tap = {"button_reply": {"id": "y", "title": "Yes"}, "reply_to": asked.id}
world.play(world.PHONE, world.WA_ID, tap)
world.well("buttons", hear("button", "y").title == "Yes")
asked = wa.send_message(
    world.WA_ID,
    "Pick",
    header="Tea",
    footer="Fresh",
    buttons=types.SectionList(
        "Open",
        [types.Section("Green", [types.SectionRow("Sencha", "sencha", "Japan")])],
    ),
)
tap = {"list_reply": {"id": "sencha", "title": "Sencha"}, "reply_to": asked.id}
world.play(world.PHONE, world.WA_ID, tap)
world.well("list", hear("selection", "sencha").title == "Sencha")

# Media: uploaded, sent, and what the customer sends is fetched.
png = world.plain.open(f"{world.SIM}/_sim/sample.png").read()
media = wa.upload_media(png, mime_type="image/png", filename="a.png")
media = getattr(media, "id", media)
wa.send_image(world.WA_ID, media, caption="Look")
wa.send_document(world.WA_ID, world.document(), filename="a.pdf", caption="Bill")
world.play(world.PHONE, world.WA_ID, {"image": {"caption": "Mine"}})
image = hear("message", None).image
world.well("media", image.get_bytes()[:4] == b"\x89PNG")

wa.send_location(world.WA_ID, 52.5, 13.4, name="Berlin", address="Mitte")
wa.send_contact(
    world.WA_ID,
    types.Contact(name=types.Contact.Name(formatted_name="Al Lee", first_name="Al"),
                  phones=[types.Contact.Phone(phone="+15551112222")]),
)
wa.send_reaction(world.WA_ID, "👍", message.id)
wa.mark_message_as_read(message.id)
world.well("place, contact, reaction, read mark", True)

# Templates: made, listed, sent.
made = wa.create_template(t.Template(
    name="tea_time",
    language=t.TemplateLanguage.ENGLISH_US,
    category=t.TemplateCategory.UTILITY,
    components=[t.BodyText("Tea for {{1}} now", "Ann"), t.FooterText(text="The shop")],
))
world.well("template made", made.id)
world.well("templates listed", "order_ready" in [own.name for own in wa.get_templates()])
wa.send_template(
    world.WA_ID, "order_ready", t.TemplateLanguage.ENGLISH_US,
    params=[t.BodyText.params("Cy")],
)
texts = [message.get("text") for message in world.seen(world.PHONE, world.WA_ID, 9)]
world.well("template sent", "Hello Cy, your order is ready." in texts)

# The number and its profile.
wa.update_business_profile(about="Flowers", websites=["https://shop.example"])
world.well("profile", wa.get_business_profile().about == "Flowers")
world.well("number", wa.get_business_phone_number().verified_name == "Shop")
