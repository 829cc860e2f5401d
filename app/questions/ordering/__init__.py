"""Put the steps back in order."""
