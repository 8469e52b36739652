"""The network of the accurate attributor."""
