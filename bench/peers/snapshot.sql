-- p and h from a snapshot of Bangfu: the numbers are parsed already.
CREATE TEMP VIEW p AS
SELECT *, id_state = 1 AS id_missing, id_state IN (2, 3) AS id_malformed, id_state = 4 AS id_birth_impossible,
    id_state = 5 AS id_checksum_wrong, id_state IN (0, 6) AS usable, coalesce(birth_date, id_birth) AS birth,
    (20151231 - coalesce(birth_date, id_birth)) // 10000 AS age, school_status > 0 AND school_status <> 85 AS at_school
FROM read_parquet('{folder}/snapshot/person.parquet');
CREATE TEMP VIEW h AS SELECT * FROM read_parquet('{folder}/snapshot/household.parquet');
