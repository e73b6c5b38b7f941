"""What the agencies agreed, as typed data read from schemas/ and expectations/."""
