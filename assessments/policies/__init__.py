"""What a provider asks for before a KSB is met and signed off: kept with its history, and applied by one function."""
