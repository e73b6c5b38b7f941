-- Packages: protection, receipts and resends of what was delivered.
SELECT 1;
