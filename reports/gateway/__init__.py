"""The gateway, or completion: what is to be done before it, as a live list, and declaring that it is."""
