"""Models for Ocelli, installed from pinned packages of public registries."""
