"""Tables of all that the store says, for programs that work on tables: Parquet, CSV, SQLite, GeoJSON."""
