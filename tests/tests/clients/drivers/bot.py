"""What the bots in Python share: where the test asks them to say something by themselves."""

import os
import threading

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

TOKEN, VERIFY, SECRET, ACCOUNT = (
    os.environ[name] for name in ("ACCESS_TOKEN", "VERIFY_TOKEN", "APP_SECRET", "ACCOUNT")
)
flask = Flask("bot")


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def serve(port, app):
    server = make_server("127.0.0.1", int(port), app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever).start()


def challenge():
    """For frameworks that leave it to the bot."""
    assert request.args["hub.verify_token"] == VERIFY
    return request.args["hub.challenge"]


def work(says):
    """`says` sends a text, and gives the code of the error that it hears, or 0."""
    asked = Flask("asked")
    asked.get("/say")(lambda: str(says(request.args["to"], request.args["text"])))
    serve(os.environ["HOOK_PORT"], flask)
    serve(os.environ["SAY_PORT"], asked)


def code(answer):
    return answer.get("error", {}).get("code", 0)
