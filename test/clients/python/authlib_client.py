"""Verifies tokens with Authlib: a JSON string in, a JSON object out, line by line.

Authlib leaves the fetching of keys to its user. This is the usual way: a key set that is kept, and fetched once more
when a token names a key that is not in it.
"""

import json
import sys
import urllib.request

from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import JoseError

setup = json.loads(sys.argv[1])
verifier = JsonWebToken([setup["algorithm"]])


def fetch(url):
    with urllib.request.urlopen(url) as response:
        return json.load(response)


configuration = fetch(setup["issuer"] + "/.well-known/openid-configuration")
keys = JsonWebKey.import_key_set(fetch(configuration["jwks_uri"]))


def find_key(header, _payload):
    global keys
    try:
        return keys.find_by_kid(header.get("kid"))
    except ValueError:
        keys = JsonWebKey.import_key_set(fetch(configuration["jwks_uri"]))
        return keys.find_by_kid(header.get("kid"))


for line in sys.stdin:
    token = json.loads(line)
    try:
        claims = verifier.decode(
            token,
            find_key,
            claims_options={
                "iss": {"essential": True, "value": configuration["issuer"]},
                "aud": {"essential": True, "value": setup["audience"]},
                "exp": {"essential": True},
                "sub": {"essential": True},
            },
        )
        claims.validate()
        print(json.dumps({"claims": claims}), flush=True)
    except (JoseError, ValueError) as error:
        print(json.dumps({"refused": type(error).__name__}), flush=True)
