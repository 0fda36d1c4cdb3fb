"""The `oneof input` of whatever is embedded."""

from ocelli.edge.errors import invalid_field
from ocelli.edge.services.messages.image import read_image
from ocelli.edge.vision.image import EncodedImage, RawImage
from ocelli.v1 import embed_pb2, point_pb2


def read_input(
    message: embed_pb2.EmbedRequest | embed_pb2.EmbedFrame | point_pb2.IndexItem,
) -> EncodedImage | RawImage | str:
    """What to embed: an image, or a text.

    Raises:
        OcelliError: INVALID_FIELD, IMAGE_EMPTY or IMAGE_LAYOUT.
    """
    source = message.WhichOneof("input")
    if source == "image":
        return read_image(message.image)
    if source == "text":
        return message.text
    raise invalid_field("there is nothing to embed; set image or text", "input")
