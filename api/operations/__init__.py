"""Running the server: who may ask how much, what is logged and measured, how it starts and ends."""
