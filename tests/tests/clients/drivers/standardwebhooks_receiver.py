"""Takes our webhooks with the public library for Standard Webhooks; at /seen it tells which."""

import os

from flask import Flask, jsonify, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from werkzeug.serving import make_server

webhook = Webhook(os.environ["SECRET"])
app = Flask("receiver")
seen = []


@app.post("/hook")
def hook():
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        seen.append(webhook.verify(request.get_data(), headers)["type"])
    except WebhookVerificationError as error:
        return str(error), 400
    return "", 204


@app.get("/seen")
def told():
    return jsonify(seen)


make_server("127.0.0.1", int(os.environ["HOOK_PORT"]), app).serve_forever()
