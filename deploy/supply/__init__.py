"""What a build is made of: its licences, its bill of materials, and how to make it again."""
