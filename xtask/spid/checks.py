"""Prints the name of every check of metadata and requests that the installed validator has, one a line."""

from spid_sp_test.authn_request_extra import SpidSpAuthnReqCheckExtra
from spid_sp_test.metadata_extra import SpidSpMetadataCheckExtra

for checks in (SpidSpMetadataCheckExtra, SpidSpAuthnReqCheckExtra):
    for name in dir(checks):
        if name.startswith("test_") and not name.startswith("test_profile_"):
            print(f"{checks.__name__}.{name}")
