-- Linking: the evidence of a link, the month's quality figure.
SELECT 1;
