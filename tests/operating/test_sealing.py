"""The seal of a push: the example of RFC 8291, and what a browser reads that has the key."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sereniv.clinic.operating.push import from_base64url, in_base64url
from sereniv.clinic.operating.sealing import point_of, seal

WORDS = b"When I grow up, I want to be a watermelon"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RECEIVERS_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
SENDERS_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
"""The example of RFC 8291, section 5 and appendix A: what is sealed, the keys, and the message as it travels."""


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(text), "big"), ec.SECP256R1())


def opened(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Open a message as a browser does that has the key: beside the code that sealed it, step by step."""
    salt, length = body[:16], body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    agreed = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    told = b"WebPush: info\0" + point_of(key.public_key()) + sender
    secret = HKDF(hashes.SHA256(), 32, auth, told).derive(agreed)
    content_key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
    padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\0")
    assert padded[-1:] == b"\x02", "one record, the last"
    return padded[:-1]


def test_it_seals_as_the_example_of_the_standard() -> None:
    made = seal(
        WORDS,
        receiver=from_base64url(RECEIVER),
        auth=from_base64url(AUTH),
        salt=from_base64url(SALT),
        key=private(SENDERS_KEY),
    )
    assert in_base64url(made) == SEALED


def test_whoever_has_the_key_reads_it_and_nobody_else() -> None:
    assert opened(from_base64url(SEALED), private(RECEIVERS_KEY), from_base64url(AUTH)) == WORDS
    with pytest.raises(InvalidTag):
        opened(from_base64url(SEALED), ec.generate_private_key(ec.SECP256R1()), from_base64url(AUTH))


def test_what_is_no_point_of_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        seal(WORDS, receiver=b"\x04" + bytes(64), auth=bytes(16), salt=bytes(16), key=private(SENDERS_KEY))
