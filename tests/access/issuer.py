"""Whoever issues tokens: keys of every kind, the set of their public halves, and tokens."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER, AUDIENCE = "https://issuer.example", "ocelli"


@dataclass
class SigningKey:
    """A private key; it signs with `algorithm`."""

    kid: str
    algorithm: str
    private: Any = field(repr=False)

    @classmethod
    def make(cls, kid: str, algorithm: str = "ES256") -> "SigningKey":
        """A new key for RS256, ES256, ES384 or EdDSA."""
        if algorithm == "EdDSA":
            return cls(kid, algorithm, ed25519.Ed25519PrivateKey.generate())
        if algorithm.startswith("ES"):
            curve = ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1()
            return cls(kid, algorithm, ec.generate_private_key(curve))
        return cls(kid, algorithm, rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def public(self) -> dict[str, Any]:
        """Its public half, as a JSON Web Key."""
        kind = jwt.get_algorithm_by_name(self.algorithm)
        found: dict[str, Any] = json.loads(kind.to_jwk(self.private.public_key()))
        return found | {"kid": self.kid, "use": "sig"}

    @property
    def public_pem(self) -> bytes:
        """Its public half as PEM, which everybody can have."""
        made: bytes = self.private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return made

    def token(self, subject: str = "7", **claims: Any) -> str:
        """A token that holds for a minute, with these claims in place of or beside its own."""
        whole = {
            "sub": subject,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "exp": time.time() + 3600,
            **claims,
        }
        kept = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(kept, self.private, self.algorithm, {"kid": self.kid})


def key_set(*keys: SigningKey) -> bytes:
    """The public halves as an issuer publishes them."""
    return json.dumps({"keys": [key.public for key in keys]}).encode()


def publish(path: Path, *keys: SigningKey) -> None:
    """Replaces a file with a key set, in one step."""
    beside = path.with_suffix(".new")
    beside.write_bytes(key_set(*keys))
    beside.replace(path)
