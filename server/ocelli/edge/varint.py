"""Numbers as protobuf writes them before a field's bytes."""


def varint(number: int) -> bytes:
    """A number that is not negative, seven bits a byte, the lowest first (protobuf's encoding)."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
