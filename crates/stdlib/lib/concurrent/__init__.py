"""Work that goes on beside the caller."""
