"""A container engine of the checkout's own, the image built in it, and a place to try it.

Nothing is installed on the machine and no registry of images is asked: the engine is Debian's,
unpacked into a folder; the base image and Triton's are stand-ins made here under the names that the
Dockerfile and deploy/compose.yaml have. It takes root, since containers do.
"""
