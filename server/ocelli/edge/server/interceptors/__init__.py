"""What happens to every call; one concern per file."""
