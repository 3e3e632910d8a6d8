"""Pure: hash, sign, seal. No I/O, no clock of its own, no idea of who is asking."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

# OWASP's floor: 19 MiB, two passes. The default's 64 MiB would let a few sign-ins eat a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def new_token() -> str:
    """An unguessable word for links and cookies: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What the store keeps of a token: enough to recognise it, nothing to use it with."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(key: str, purpose: str, value: str) -> str:
    """A pseudonym that only this installation can recompute (hex, 128 bits)."""
    return hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def sign(key: str, purpose: str, value: object) -> str:
    return URLSafeTimedSerializer(key, salt=purpose).dumps(value)


def signed_value(key: str, purpose: str, token: str, max_age: int) -> object | None:
    """What was signed, or None where the token is forged, torn or older than `max_age` seconds."""
    try:
        value: object = URLSafeTimedSerializer(key, salt=purpose).loads(token, max_age=max_age)
    except (BadSignature, SignatureExpired):
        return None
    return value


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"seal\0{key}".encode()).digest()))


def seal(key: str, text: str) -> str:
    """Encrypted at rest: tokens of other services."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(key: str, sealed: str) -> str | None:
    """The text, or None where the secret key is not the one it was sealed with."""
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
