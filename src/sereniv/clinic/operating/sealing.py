"""The seal of a Web Push: one record, encrypted to the key of one browser (RFC 8188 and 8291).

The usual library for it comes as source alone, and nothing here is built where it is installed; what is used of it is
these steps over primitives of `cryptography`, held to the example of RFC 8291.
"""

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD_SIZE = 4096
"""Bytes of a record (RFC 8291, section 4): a push service takes no more, and a word is far shorter."""

SALT_BYTES, SECRET_BYTES, KEY_BYTES, NONCE_BYTES = 16, 32, 16, 12
LAST_RECORD = b"\x02"


def seal(content: bytes, *, receiver: bytes, auth: bytes, salt: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Encrypt `content` to a browser.

    Parameters
    ----------
    receiver, auth
        The point and the secret that the browser gave with its subscription.
    salt, key
        Sixteen bytes and a key on P-256, fresh for each message.

    Raises
    ------
    ValueError
        When `receiver` is no point of the curve.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    ours = point_of(key.public_key())
    secret = _derived(key.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + receiver + ours, SECRET_BYTES)
    encryption_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", KEY_BYTES)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", NONCE_BYTES)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + len(ours).to_bytes(1, "big") + ours
    return header + AESGCM(encryption_key).encrypt(nonce, content + LAST_RECORD, None)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as the 65 bytes of its point."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
