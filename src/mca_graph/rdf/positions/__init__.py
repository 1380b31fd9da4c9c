"""Reading that remembers where every term stands, and goes on after an error."""
