"""What is answered of each kind of resource: one model for rows that are kept, JSON, tables and OpenAPI."""
