-- Sources: corrections sent back, database views, what was seen in earlier months.
SELECT 1;
