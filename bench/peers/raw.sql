-- p and h from the files of another system: the number is taken apart once, by integer arithmetic.
CREATE TEMP TABLE p AS
WITH digits AS (
    SELECT *, length(id_number) = 18 AND try_cast(left(id_number, 17) AS BIGINT) IS NOT NULL
            AND right(id_number, 1) BETWEEN '0' AND 'X' AS shaped,
        try_cast(left(id_number, 17) AS BIGINT) AS body
    FROM read_parquet('{folder}/person.parquet')
), parsed AS (
    SELECT *, body // 1000 % 100000000 AS written,
        try_strptime((body // 1000 % 100000000)::VARCHAR, '%Y%m%d') IS NOT NULL AS dated,
        substr('10X98765432', 1 + ((body // 10000000000000000) * 7 + body // 1000000000000000 % 10 * 9
            + body // 100000000000000 % 10 * 10 + body // 10000000000000 % 10 * 5 + body // 1000000000000 % 10 * 8
            + body // 100000000000 % 10 * 4 + body // 10000000000 % 10 * 2 + body // 1000000000 % 10
            + body // 100000000 % 10 * 6 + body // 10000000 % 10 * 3 + body // 1000000 % 10 * 7
            + body // 100000 % 10 * 9 + body // 10000 % 10 * 10 + body // 1000 % 10 * 5 + body // 100 % 10 * 8
            + body // 10 % 10 * 4 + body % 10 * 2)::BIGINT % 11, 1) = right(id_number, 1) AS fits
    FROM digits
)
SELECT person_no::BIGINT AS person_key, household_no::BIGINT AS household_key, sex, relation, marital, education,
    school_status, health, disability_kind, disability_grade, labour, work_place, work_months, medical_insurance,
    serious_illness_insurance, year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date) AS birth_date,
    year(identified_on) * 10000 + month(identified_on) * 100 + day(identified_on) AS identified_on,
    id_number IS NULL AS id_missing, id_number IS NOT NULL AND NOT shaped AS id_malformed, shaped AND NOT dated AS id_birth_impossible,
    shaped AND dated AND NOT fits AS id_checksum_wrong, shaped AND dated AND fits AS usable,
    CASE WHEN shaped AND dated THEN written::INTEGER END AS id_birth, 2 - body % 2 AS id_sex, body AS id_key,
    coalesce(year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date),
        CASE WHEN shaped AND dated THEN written::INTEGER END) AS birth,
    (20151231 - coalesce(year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date),
        CASE WHEN shaped AND dated THEN written::INTEGER END)) // 10000 AS age,
    school_status > 0 AND school_status <> 85 AS at_school
FROM parsed;
CREATE TEMP VIEW h AS
SELECT * REPLACE (year(identified_on) * 10000 + month(identified_on) * 100 + day(identified_on) AS identified_on),
    household_no::BIGINT AS household_key
FROM read_parquet('{folder}/household.parquet');
