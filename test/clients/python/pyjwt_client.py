"""Verifies tokens with PyJWT's own client and key cache: a JSON string in, a JSON object out, line by line."""

import json
import sys
import urllib.request

import jwt

setup = json.loads(sys.argv[1])
with urllib.request.urlopen(setup["issuer"] + "/.well-known/openid-configuration") as response:
    configuration = json.load(response)
client = jwt.PyJWKClient(configuration["jwks_uri"])

for line in sys.stdin:
    token = json.loads(line)
    try:
        key = client.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[setup["algorithm"]],
            audience=setup["audience"],
            issuer=configuration["issuer"],
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        print(json.dumps({"claims": claims}), flush=True)
    except jwt.PyJWTError as error:
        print(json.dumps({"refused": type(error).__name__}), flush=True)
