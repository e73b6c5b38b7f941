-- Decisions: what people said about who is who, and splits.
SELECT 1;
