"""RDF as another notation of the four kinds of document: read, converted as any document, and compared."""
