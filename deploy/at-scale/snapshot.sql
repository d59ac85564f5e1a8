-- What the refresh keys of the models read: the run that is served. Once, in the schema that holds the job's tables.
CREATE VIEW snapshot AS
SELECT run_id, sequence, finished_at AS committed_at, table_versions
FROM job_runs
WHERE state = 'finished'
ORDER BY sequence DESC
LIMIT 1
