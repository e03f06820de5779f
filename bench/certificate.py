"""A certificate for localhost, good for a hundred years and for nothing but benchmarks.

Made with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
"""

from __future__ import annotations

import ssl
import tempfile

PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaHnxWhpK+DHUXsnQ
lOkMGVdWmOC6ouxLXE2uLkPF+LOhRANCAASVcxvQCSEQkk5xKXpPoxxaPUB0XiZf
jIk7nOchPtPP6OakSjo75b9EsrAtz7W1fTKF6Q0090raDILvt6keHyeW
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUfVKAscXODkq2a/FMt/IQENlub1kwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE3MTIzMVoYDzIxMjYxMTAx
MTcxMjMxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASVcxvQCSEQkk5xKXpPoxxaPUB0XiZfjIk7nOchPtPP6OakSjo75b9E
srAtz7W1fTKF6Q0090raDILvt6keHyeWo1MwUTAdBgNVHQ4EFgQU7im2uIhUwEnW
kE93KroDKDC1MVMwHwYDVR0jBBgwFoAU7im2uIhUwEnWkE93KroDKDC1MVMwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAiISe5Qn1ER1HjrlmTYyG
nt9WICFn3mNlPghF+JJBTGcCIQCXQsCzVbbOmimh1waq4SGghVXdU0jsRADvGraq
kRWHSQ==
-----END CERTIFICATE-----
"""


def server_context() -> ssl.SSLContext:
    """A context that shows the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(PEM)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def client_context() -> ssl.SSLContext:
    """A context that takes whatever certificate it is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
