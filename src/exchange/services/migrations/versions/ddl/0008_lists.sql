-- Lists: answers that change an item, changes, archives, handovers.
SELECT 1;
