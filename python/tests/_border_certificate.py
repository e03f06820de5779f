"""A certificate for localhost, good for a hundred years and for nothing but tests.

Made with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
-addext "subjectAltName=DNS:localhost,IP:127.0.0.1"
"""

PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUzKklUp1/MZOo34r
k47z9akYNfFV5aKGQWLJFGwOrRihRANCAAQ7TD6FA1qA7gPGYkEJrXZbwbdWnjKa
JuvrQ2yoMQOvCalRC3JYsuruCwUDy9lJGZRR/AA3gjbFDEeTujulxui4
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUDL/7uF8K2G9LbNXxIQo+0v9+ycowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIyMTAwNloYDzIxMjYxMDMw
MjIxMDA2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ7TD6FA1qA7gPGYkEJrXZbwbdWnjKaJuvrQ2yoMQOvCalRC3JYsuru
CwUDy9lJGZRR/AA3gjbFDEeTujulxui4o28wbTAdBgNVHQ4EFgQUEN2fPDePqLtU
aVpHoP2m5gCetYEwHwYDVR0jBBgwFoAUEN2fPDePqLtUaVpHoP2m5gCetYEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgJcuId9N98WsEQBZkZv9SsoZ4sTkbCZMlFgS38TcUudYCIDFJ
24e/eI4pYtr5DxjYGOwaKEWhB8DoT9yg8Fb24V9j
-----END CERTIFICATE-----
"""
