"""Messages of the contract that several services share, as domain values and back."""
