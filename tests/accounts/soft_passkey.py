"""A passkey in software: answers as a phone or a security key would, so the real checks run in tests."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class SoftPasskey:
    """One key pair for one site."""

    site: str = "testserver"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    counter: int = 0

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"http://{self.site}"}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        encoded = {name: websafe_encode(value) for name, value in response.items()}
        credential_id = websafe_encode(self.id)
        extensions = {"credProps": {"rk": True}}
        return json.dumps(
            {
                "id": credential_id,
                "rawId": credential_id,
                "type": "public-key",
                "response": encoded,
                "clientExtensionResults": extensions,
            }
        )

    def created(self, options: dict[str, Any]) -> str:
        """What the browser posts after `navigator.credentials.create`."""
        client_data = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        public = AttestedCredentialData.create(b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = AuthenticatorData.create(
            hashlib.sha256(self.site.encode()).digest(),
            PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT,
            self.counter,
            public,
        )
        attestation = cbor.encode({"fmt": "none", "authData": bytes(data), "attStmt": {}})
        return self._answer({"clientDataJSON": client_data, "attestationObject": attestation})

    def used(self, options: dict[str, Any], user_handle: bytes) -> str:
        """What the browser posts after `navigator.credentials.get`."""
        self.counter += 1
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        site = hashlib.sha256(self.site.encode()).digest()
        data = bytes(AuthenticatorData.create(site, PRESENT_AND_VERIFIED, self.counter))
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": data,
                "signature": signature,
                "userHandle": user_handle,
            }
        )
