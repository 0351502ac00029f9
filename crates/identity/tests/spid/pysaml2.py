"""Writes an unsigned response anew and signs its assertion, all by pysaml2: arguments are message, key and certificate."""

import sys

from saml2 import class_name
from saml2.samlp import response_from_string
from saml2.sigver import CryptoBackendXmlSec1, SecurityContext, get_xmlsec_binary, pre_signature_part
from saml2.sigver import signed_instance_factory
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

message, key, certificate = sys.argv[1:]
with open(message, encoding="utf-8") as file:
    response = response_from_string(file.read())
security = SecurityContext(CryptoBackendXmlSec1(get_xmlsec_binary()), key_file=key, cert_file=certificate)
assertion = response.assertion[0]
assertion.signature = pre_signature_part(
    assertion.id, security.my_cert, 1, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
)
sys.stdout.write(str(signed_instance_factory(response, security, [(class_name(assertion), assertion.id)])))
