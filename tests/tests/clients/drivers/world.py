"""What the drivers share: the simulator's control interface, and a webhook endpoint.

A driver uses a public client of Meta's API as it comes from the registry. It never tells the client
where the simulator is: names of Meta lead there through the proxy of the environment.
"""

import json
import os
import threading
import urllib.request

SIM = os.environ["SIMULATOR"]
PORT = int(os.environ["HOOK_PORT"])
APP, SECRET, VERIFY = "1001", "s3cret", "verify-me"
PAGE, PAGE_TOKEN, PSID = "2001", "page-token", "51"
WABA, PHONE, WA_TOKEN, WA_ID = "4001", "4101", "wa-token", "15552223333"
# The control interface is no name of Meta's.
plain = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{SIM}/_sim{path}", data, headers, method=method)
    with plain.open(request, timeout=30) as answer:
        return json.load(answer)


def file(kind, start):
    """The URL of a file on this machine: Meta fetches what a message names."""
    url = f"{SIM}/_sim/customers/{PAGE}/{PSID}/media"
    with plain.open(urllib.request.Request(url, start, {"Content-Type": kind}), timeout=30) as answer:
        return json.load(answer)["url"]


PICTURE = f"{SIM}/_sim/sample.png"


def document():
    return file("application/pdf", b"%PDF-1.7")


def play(account, customer, act):
    return control("POST", f"/customers/{account}/{customer}/messages", act)["id"]


def seen(account, customer, count):
    """What the business wrote, as the customer's phone shows it; waits for so many messages."""
    query = f"account={account}&customer={customer}&from=business&min={count}&wait_ms=20000"
    messages = control("GET", f"/messages?{query}")["messages"]
    assert len(messages) >= count, f"{len(messages)} of {count} messages: {messages}"
    return messages


def serve(wsgi):
    """Serves an endpoint, and makes Meta check it and send webhooks there."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_):
            pass

    server = make_server("127.0.0.1", PORT, wsgi, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    control("PUT", f"/apps/{APP}", {"callback_url": f"http://127.0.0.1:{PORT}/hook"})
    verdict = control("POST", f"/apps/{APP}/verify", {})
    assert verdict["verified"], verdict


def well(name, value):
    """One thing that worked, for the log."""
    assert value, name
    print(f"well: {name}", flush=True)
