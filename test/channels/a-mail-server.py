"""aiosmtpd as a mail server for tests: says its port, then each mail as a line of JSON. Arguments: mode, certificate, key."""

import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

mode, certificate, key = sys.argv[1:4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def login(server, session, envelope, mechanism, data):
    good = data.login == b"barewright" and data.password == b"very-secret+word/1"
    return AuthResult(success=good, handled=False)


class Mails:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or mode == "tls",
            "login": bool(session.authenticated),
            "content": envelope.content.decode(),
        }
        print(json.dumps(mail), flush=True)
        return "250 2.0.0 taken as 4711"


class Server(Controller):
    def factory(self):
        tls = {"tls_context": context, "require_starttls": True} if mode == "starttls" else {}
        wants_login = mode in ("starttls", "tls")
        return SMTP(
            self.handler,
            authenticator=login,
            auth_required=wants_login,
            auth_require_tls=mode == "starttls",
            **tls,
        )


server = Server(Mails(), hostname="127.0.0.1", port=0, ssl_context=context if mode == "tls" else None)
server.port = int(sys.argv[4])
server.start()
print("ready", flush=True)
while True:
    time.sleep(60)
