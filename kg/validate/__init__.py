"""What the shapes say of the triples of documents."""
