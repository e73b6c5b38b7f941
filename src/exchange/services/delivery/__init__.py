"""What leaves and what is acknowledged: packages, their protection and signatures, receipts, the same bytes again."""
