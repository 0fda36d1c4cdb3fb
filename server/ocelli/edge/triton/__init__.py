"""Triton as the edge sees it: channels, request codec, model descriptions, registry."""
