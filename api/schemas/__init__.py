"""What goes in and out over HTTP, as typed models: the contract of `/openapi.json`."""
