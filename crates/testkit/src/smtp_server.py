"""A private SMTP server for tests: aiosmtpd, with AUTH and TLS, that answers what it is told to.

Arguments: the folder of its files, the port, `starttls`, `tls` or `plain`. In the folder:
`certificate.pem` and `key.pem`; `answers.json`, what to answer otherwise than well; `mails.jsonl`,
to which each mail is added, taken or not, with what became of it.
"""

import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, PORT, TLS = sys.argv[1], int(sys.argv[2]), sys.argv[3]
USER, PASSWORD = b"desk", b"it is a secret/+ "


def answers():
    with open(os.path.join(FOLDER, "answers.json")) as file:
        return json.load(file)


def note(envelope, fate):
    mail = {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "text": envelope.content.decode("utf-8", "replace"),
        "fate": fate,
    }
    with open(os.path.join(FOLDER, "mails.jsonl"), "a") as file:
        file.write(json.dumps(mail) + "\n")


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        told = answers().get("rcpt", {})
        if address in told:
            return told[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        told = answers().get("data", "250 2.0.0 OK")
        if told == "hang":
            note(envelope, told)
            await asyncio.sleep(3600)
        if told == "drop":
            note(envelope, told)
            server.transport.abort()
            return None
        note(envelope, told)
        return told


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == USER and data.password == PASSWORD
    return AuthResult(success=good, handled=good)


def protocol():
    context = None
    if TLS != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(
            os.path.join(FOLDER, "certificate.pem"), os.path.join(FOLDER, "key.pem")
        )
    return context, lambda: SMTP(
        Handler(),
        hostname="mail.test",
        authenticator=authenticate,
        auth_required=TLS != "plain",
        auth_require_tls=TLS == "starttls",
        require_starttls=TLS == "starttls",
        tls_context=context if TLS == "starttls" else None,
    )


async def main():
    context, factory = protocol()
    at_once = context if TLS == "tls" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", PORT, ssl=at_once)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
