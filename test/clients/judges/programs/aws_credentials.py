"""Assumes a role with the token file of its job, by boto3 or by what boto3 stands on."""
import json
import os

import botocore.session

try:
    import boto3
except ImportError:
    boto3 = None


class Session(botocore.session.Session):
    """Its STS is the test's: botocore before 1.31, Debian 12's among them, does not read AWS_ENDPOINT_URL_STS."""

    def create_client(self, *args, **kwargs):
        kwargs["endpoint_url"] = os.environ["AWS_ENDPOINT_URL_STS"]
        return super().create_client(*args, **kwargs)


session = Session() if boto3 is None else boto3.Session(botocore_session=Session())
credentials = session.get_credentials().get_frozen_credentials()
print(json.dumps({"accessKeyId": credentials.access_key}))
