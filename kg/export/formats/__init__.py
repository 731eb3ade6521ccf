"""The formats: each writes one `kg.export.model.Graph`."""
