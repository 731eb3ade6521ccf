"""The pages: every answer as HTML that people read, cite and print, made of what programs get."""
