"""Headers of encoded images, read without decoding a pixel.

Each module knows one container: how to find the image's size, frames and orientation in bounded
time, whatever the bytes. Reading past the end raises `struct.error` or `IndexError`, which
`ocelli.edge.vision.header` turns into the caller's error.
"""
