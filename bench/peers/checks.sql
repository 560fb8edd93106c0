-- The forty checks as one would write them by hand for DuckDB, over the tables p (people) and h (households).
-- Whoever runs it defines p and h: from the raw files (raw.sql) or from a snapshot (snapshot.sql).
CREATE TEMP TABLE members AS
SELECT household_key, count(*) AS members, count(*) FILTER (relation = 2) AS heads,
    count(*) FILTER (relation IN (10, 11, 12)) AS spouses, count(*) FILTER (work_months > 0) AS workers,
    min(birth) FILTER (relation = 2) AS head_birth, min(sex) FILTER (relation = 2) AS head_sex
FROM p GROUP BY household_key;

CREATE TEMP TABLE doubles AS
WITH repeated AS (
    SELECT id_key FROM p WHERE usable GROUP BY id_key HAVING count(*) > 1
), here AS (
    SELECT id_key, household_key, count(*) AS copies_here
    FROM p SEMI JOIN repeated USING (id_key) WHERE usable GROUP BY ALL
)
SELECT *, count(*) OVER (PARTITION BY id_key) AS households FROM here;

CREATE TEMP TABLE flagged AS
SELECT 'person' AS subject, key, mask FROM (
    SELECT p.person_key AS key,
        coalesce(id_missing, FALSE)::BIGINT * (1::BIGINT << 0)
        | coalesce(id_malformed, FALSE)::BIGINT * (1::BIGINT << 1)
        | coalesce(id_birth_impossible OR id_birth > 20151231, FALSE)::BIGINT * (1::BIGINT << 2)
        | coalesce(id_checksum_wrong, FALSE)::BIGINT * (1::BIGINT << 3)
        | coalesce(usable AND p.sex IN (1, 2) AND p.sex <> id_sex, FALSE)::BIGINT * (1::BIGINT << 4)
        | coalesce(usable AND birth_date <> id_birth, FALSE)::BIGINT * (1::BIGINT << 5)
        | coalesce(usable AND copies_here > 1, FALSE)::BIGINT * (1::BIGINT << 6)
        | coalesce(usable AND households > 1, FALSE)::BIGINT * (1::BIGINT << 7)
        | coalesce(relation = 2 AND age < 16 AND age >= 0, FALSE)::BIGINT * (1::BIGINT << 8)
        | coalesce(relation IN (10, 11, 12) AND p.sex IN (1, 2) AND p.sex = head_sex, FALSE)::BIGINT * (1::BIGINT << 9)
        | coalesce((relation BETWEEN 20 AND 27 OR relation BETWEEN 30 AND 37)
            AND (birth - head_birth) // 10000 < 14, FALSE)::BIGINT * (1::BIGINT << 10)
        | coalesce(birth_date > 20151231 OR age > 110, FALSE)::BIGINT * (1::BIGINT << 11)
        | coalesce(marital IN (20, 21, 22, 23) AND age < CASE WHEN p.sex = 1 THEN 18 ELSE 16 END, FALSE)::BIGINT * (1::BIGINT << 12)
        | coalesce(CASE school_status WHEN 10 THEN age NOT BETWEEN 2 AND 7 WHEN 20 THEN age NOT BETWEEN 5 AND 15
            WHEN 30 THEN age NOT BETWEEN 10 AND 18 WHEN 40 THEN age NOT BETWEEN 13 AND 24
            WHEN 45 THEN age NOT BETWEEN 13 AND 24 WHEN 50 THEN age NOT BETWEEN 15 AND 45
            WHEN 60 THEN age NOT BETWEEN 15 AND 45 WHEN 70 THEN age NOT BETWEEN 15 AND 45 END, FALSE)::BIGINT * (1::BIGINT << 13)
        | coalesce(CASE WHEN education = 70 THEN age < 10 WHEN education IN (40, 60) THEN age < 13
            WHEN education IN (10, 20, 30) THEN age < 15 END, FALSE)::BIGINT * (1::BIGINT << 14)
        | coalesce(age BETWEEN 7 AND 15 AND NOT at_school AND coalesce(education NOT IN (70, 60, 40), TRUE),
            FALSE)::BIGINT * (1::BIGINT << 15)
        | coalesce(at_school AND work_months > 6, FALSE)::BIGINT * (1::BIGINT << 16)
        | coalesce(work_months < 0 OR work_months > 12, FALSE)::BIGINT * (1::BIGINT << 17)
        | coalesce(age < 16 AND work_months > 0, FALSE)::BIGINT * (1::BIGINT << 18)
        | (coalesce(work_months > 0, FALSE) <> (work_place IS NOT NULL))::BIGINT * (1::BIGINT << 19)
        | coalesce(labour IN (1, 2) AND (age < 16 OR age > 79), FALSE)::BIGINT * (1::BIGINT << 20)
        | coalesce(labour IN (1, 2) AND disability_grade = 1, FALSE)::BIGINT * (1::BIGINT << 21)
        | coalesce(labour IN (3, 4) AND work_months > 3, FALSE)::BIGINT * (1::BIGINT << 22)
        | coalesce(health = 60 AND (disability_kind IS NULL OR disability_grade IS NULL), FALSE)::BIGINT * (1::BIGINT << 23)
        | coalesce(disability_grade IS NOT NULL AND health = 10, FALSE)::BIGINT * (1::BIGINT << 24)
        | coalesce(NOT medical_insurance, FALSE)::BIGINT * (1::BIGINT << 25)
        | coalesce(serious_illness_insurance AND NOT medical_insurance, FALSE)::BIGINT * (1::BIGINT << 26)
        | coalesce(p.identified_on < birth_date, FALSE)::BIGINT * (1::BIGINT << 27)
        | coalesce(p.identified_on < h.identified_on, FALSE)::BIGINT * (1::BIGINT << 28) AS mask
    FROM p LEFT JOIN members USING (household_key) LEFT JOIN h USING (household_key)
        LEFT JOIN doubles ON doubles.id_key = p.id_key AND doubles.household_key = p.household_key AND usable
) WHERE mask <> 0
UNION ALL
SELECT 'household', key, mask FROM (
    SELECT h.household_key AS key,
        coalesce(members > 0 AND heads = 0, FALSE)::BIGINT * (1::BIGINT << 29)
        | coalesce(heads > 1, FALSE)::BIGINT * (1::BIGINT << 30)
        | coalesce(spouses > 1, FALSE)::BIGINT * (1::BIGINT << 31)
        | coalesce(members > 0 AND stated_members <> members, FALSE)::BIGINT * (1::BIGINT << 32)
        | coalesce(abs(income_wage + income_business + income_property + income_transfer
            - coalesce(production_cost, 0) - income_net) > 100, FALSE)::BIGINT * (1::BIGINT << 33)
        | coalesce(stated_members = members AND abs(income_net // members - income_per_head) > 100, FALSE)::BIGINT * (1::BIGINT << 34)
        | coalesce(income_wage < 0 OR income_property < 0 OR income_transfer < 0, FALSE)::BIGINT * (1::BIGINT << 35)
        | coalesce(income_wage > 0 AND workers = 0, FALSE)::BIGINT * (1::BIGINT << 36)
        | coalesce(dangerous_dwelling <> (dwelling_grade IN (3, 4)), FALSE)::BIGINT * (1::BIGINT << 37)
        | coalesce(exit_mark = 1 AND income_per_head < 285500, FALSE)::BIGINT * (1::BIGINT << 38)
        | coalesce((exited_on IS NOT NULL) <> (exit_mark IN (1, 2)), FALSE)::BIGINT * (1::BIGINT << 39) AS mask
    FROM h LEFT JOIN members USING (household_key)
) WHERE mask <> 0;
