"""Which points of a collection are near to each other?"""
