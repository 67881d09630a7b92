"""Assumes a role with the token file of its job, by boto3 or by what boto3 stands on."""
import json

try:
    from boto3 import Session
except ImportError:
    from botocore.session import Session

credentials = Session().get_credentials().get_frozen_credentials()
print(json.dumps({"accessKeyId": credentials.access_key}))
